import { decide } from "../src/admission/decide.ts";
import { type Pod } from "../src/kubernetes/pod.ts";
import { compileMatch, type ReviewFacts } from "../src/policy/match.ts";
import { createPolicyStore } from "../src/policy/policy-store.ts";
import { createSelection } from "../src/policy/selection.ts";
import { OPTIONS, stepPod } from "./corpus.ts";

/** What it costs that there are so many policies. */
export interface ManyPoliciesFigures {
  readonly policies: number;
  /** Microseconds. */
  readonly decision: number;
  readonly selection: number;
  /** The same by a look at each policy. */
  readonly looking: number;
  /** Milliseconds. */
  readonly reading: number;
  readonly change: number;
}

const COUNTS = [10, 1000, 10_000];
const ROUNDS = 5;
// So many Pods in turn, of repositories from the first policy to the last.
const PODS = 300;

const USER = "system:serviceaccount:woodpecker:woodpecker-agent";
const TIER = { namespace: "podpecker", promoted: [] };
const facts: ReviewFacts = { namespace: "ci-steps", user: USER, now: Date.now() };

/** The text of one of the policies: a base for all steps, then one a repository or an owner, all for the same agent. */
function policyText(index: number): string {
  const trust = `users: ["${USER}"], namespaces: ["ci-*"]`;
  const repository = index % 2 === 0 ? `repoIds: ["${index}"]` : `repos: ["owner-${index}/*"]`;
  const match = index === 0 ? `{${trust}}` : `{${trust}, ${repository}}`;
  return `version: v1
description: Steps of repository ${index}
priority: ${index === 0 ? 0 : 10}
match: ${match}
labels: {set: {ci: woodpecker}, fromStep: {keys: ["app.kubernetes.io/*"]}}
tolerations: {default: [{key: ci, operator: Exists}], fromStep: [{key: "gpu-*", effect: NoSchedule}]}
resources: {default: {requests: {cpu: 100m, memory: 200Mi}}}
`;
}

function configMap(index: number, version = 1): object {
  const labels = { "podpecker.dev/policy": "true" };
  return {
    metadata: {
      namespace: "podpecker",
      name: `repository-${index}`,
      uid: String(index),
      resourceVersion: String(version),
      labels,
    },
    data: { "policy.yaml": `${policyText(index)}# ${version}\n` },
  };
}

function podOf(index: number): Pod {
  const pod = stepPod(OPTIONS);
  const labels = {
    ...pod.metadata?.labels,
    "woodpecker-ci.org/repo-id": String(index),
    "woodpecker-ci.org/repo-full-name": `owner-${index}-shop`,
  };
  return { ...pod, metadata: { ...pod.metadata, namespace: facts.namespace, labels } };
}

const elapsed = (call: () => void): number => {
  const start = performance.now();
  call();
  return performance.now() - start;
};

const subjects = COUNTS.map((count) => {
  const store = createPolicyStore(TIER);
  const objects = Array.from({ length: count }, (_, index) => configMap(index));
  const reading = elapsed(() => {
    store.replaceConfigMaps(objects);
  });
  const set = store.current().policies;
  const select = createSelection(set.policies);
  const matchers = set.policies.map(({ document }) => compileMatch(document.match));
  const pods = Array.from({ length: PODS }, (_, index) => podOf(Math.floor((index * count) / PODS)));
  const each = (calls: number, call: (pod: Pod) => void): number =>
    (elapsed(() => {
      for (let index = 0; index < calls; index += 1) call(pods[index % pods.length] ?? podOf(0));
    }) *
      1000) /
    calls;
  let version = 1;
  return {
    count,
    reading,
    decision: () => each(6000, (pod) => decide(pod, facts, set)),
    selection: () => each(6000, (pod) => select(pod, facts)),
    looking: () => each(300_000 / count, (pod) => matchers.filter((matches) => matches(pod, facts))),
    change: () => {
      version += 1;
      return elapsed(() => {
        store.putConfigMap(configMap(count - 1, version));
      });
    },
  };
});

// One count after the other in each round, so that what disturbs the machine disturbs them all.
const measure = () =>
  subjects.map(({ decision, selection, looking, change }) => ({
    decision: decision(),
    selection: selection(),
    looking: looking(),
    change: change(),
  }));
measure();
const rounds = Array.from({ length: ROUNDS }, measure);
const best = (at: number, what: "decision" | "selection" | "looking" | "change"): number =>
  Math.min(...rounds.map((round) => round[at]?.[what] ?? Number.NaN));

const figures: ManyPoliciesFigures[] = subjects.map(({ count, reading }, at) => ({
  policies: count,
  decision: best(at, "decision"),
  selection: best(at, "selection"),
  looking: best(at, "looking"),
  reading,
  change: best(at, "change"),
}));
process.stdout.write(JSON.stringify(figures));
