import { describeFinding, type Finding, severityOf } from "../engine/finding.ts";
import { parsePointer } from "../kubernetes/json-pointer.ts";
import { own } from "../kubernetes/own.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { byPriority } from "../policy/by-priority.ts";
import { effectivePolicy } from "../policy/effective-policy.ts";
import { isInForce } from "../policy/joint-problems.ts";
import { isOfNamespace } from "../policy/layers.ts";
import { type JointLint } from "../policy/lint/joint-lint.ts";
import { compileMatch, matchedLabels, placeOfLabel, type ReviewFacts } from "../policy/match.ts";
import { type Policy } from "../policy/policy.ts";
import { type Match } from "../policy/policy-document.ts";
import { type PolicySet } from "../policy/policy-set.ts";
import { decide } from "./decide.ts";
import { type Decision } from "./decision.ts";

/** A step that policies are held against. */
export interface Example {
  /** What it is called, such as its file. */
  readonly title: string;
  readonly pod: Pod;
  /** Where it does not say its namespace: empty. */
  readonly namespace: string;
}

/** What an example asks and the gates of the policies refuse. What it does not say, such as who creates it, is taken to match. */
export function refusedExamples(
  policies: readonly Policy[],
  examples: readonly Example[],
  now: number,
): JointLint[] {
  const law = policies.filter((policy) => isInForce(policy) && !isOfNamespace(policy)).toSorted(byPriority);
  return examples.flatMap((example) => {
    const layers = law.filter(({ document }) => mayBeFor(document.match, example, now));
    const last = layers.at(-1);
    if (last === undefined) return [];
    const { findings } = decideUnder(layers, law, { example, now });
    return findings
      .filter((finding) => severityOf(finding) === "refused")
      .map((finding) => lintOf(finding, example, { layers, last }));
  });
}

/** Whether all fits that the example says; a user is in no manifest. */
function mayBeFor(match: Match = {}, { pod, namespace }: Example, now: number): boolean {
  const missing = matchedLabels(match).filter((key) => own(pod.metadata?.labels, key) === undefined);
  const [words, keys] = [new Set<unknown>(["users"]), new Set<unknown>()];
  if (namespace === "") words.add("namespaces");
  for (const label of missing) {
    const [, word, key] = placeOfLabel(match, label);
    if (key === undefined) words.add(word);
    else keys.add(key);
  }
  const without = <Value>(
    map: Readonly<Record<string, Value>>,
    left: ReadonlySet<unknown>,
  ): Record<string, Value> => Object.fromEntries(Object.entries(map).filter(([key]) => !left.has(key)));
  const { podLabels = {}, ...lists } = match;
  const said = { ...without(lists, words), podLabels: without(podLabels, keys) };
  return compileMatch(said)(pod, { namespace, now });
}

function decideUnder(
  layers: readonly Policy[],
  law: readonly Policy[],
  { example, now }: { readonly example: Example; readonly now: number },
): Decision {
  const labels = new Set(law.flatMap(({ document }) => matchedLabels(document.match)));
  const matched = { all: labels, ofCluster: labels };
  const policy = effectivePolicy({ base: layers, namespace: [], unsure: [] }, matched);
  const set: PolicySet = { policies: layers, select: () => policy, idle: () => [], blocked: new Map() };
  const facts: ReviewFacts = { namespace: example.namespace, now };
  return decide(example.pod, facts, set);
}

/** Told where the gate stands; one that nobody wrote is the policy's that counts most. */
function lintOf(
  finding: Finding,
  { title }: Example,
  { layers, last }: { readonly layers: readonly Policy[]; readonly last: Policy },
): JointLint {
  const { code, path: about, message: what, rule = "" } = finding;
  const asked = finding.asked === undefined ? {} : { asked: finding.asked };
  const policy = layers.find(({ name }) => rule.startsWith(`${name}#/`));
  const message = `refuses what the example ${title} asks: ${describeFinding({ code, path: about, message: what, ...asked })}`;
  const path = policy === undefined ? [] : parsePointer(rule.slice(policy.name.length + 1));
  return { policy: policy ?? last, problem: { code: "example-refused", path, message } };
}
