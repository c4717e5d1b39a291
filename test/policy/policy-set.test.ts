import { describe, expect, it } from "vitest";

import { type EffectivePolicy } from "#src/engine/policy.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { createPolicySet, noPolicies, type PolicySet } from "#src/policy/policy-set.ts";
import { describePolicyProblem, PolicyError } from "#src/policy/policy.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { type Path } from "#src/text/path.ts";
import { NOW } from "#test/now.ts";

/** A set of policies from their documents, by name. */
function policySet(documents: Readonly<Record<string, object>>): PolicySet {
  const texts = Object.entries(documents).map(([name, document]) => ({
    path: `${name}.yaml`,
    text: JSON.stringify({ version: "v1", ...document }),
  }));
  const { policies, problems } = readPolicies(texts, { namespace: "podpecker", promoted: [] });
  expect(problems.map(describePolicyProblem)).toEqual([]);
  return createPolicySet(policies);
}

const pod = (metadata: Pod["metadata"] = {}, image = "alpine"): Pod => ({
  metadata,
  spec: { containers: [{ name: "a", image }] },
});
const facts = { namespace: "ci", now: NOW };

function effective(documents: Readonly<Record<string, object>>): EffectivePolicy {
  const found = policySet(documents).select(pod(), facts);
  if (found === undefined) throw new Error("no policy matches");
  return found;
}

describe("match", () => {
  const labels = (key: string, value: string): Pod => pod({ labels: { [key]: value } });

  it.each<{ match: object; given: Pod; user?: string; fits: boolean }>([
    { match: {}, given: pod(), fits: true },
    { match: { namespaces: ["c*"] }, given: pod(), fits: true },
    { match: { namespaces: ["c", "x-*"] }, given: pod(), fits: false },
    { match: { namespaces: [] }, given: pod(), fits: false },
    { match: { users: ["system:*:agent"] }, given: pod(), user: "system:serviceaccount:agent", fits: true },
    { match: { users: ["agent"] }, given: pod(), user: "other", fits: false },
    {
      match: { repos: ["Acme/Web_App"] },
      given: labels("woodpecker-ci.org/repo-full-name", "acme-web_app"),
      fits: true,
    },
    {
      match: { repos: ["acme/*"] },
      given: labels("woodpecker-ci.org/repo-full-name", "acme-web"),
      fits: true,
    },
    {
      match: { repos: ["acme/*"] },
      given: labels("woodpecker-ci.org/repo-full-name", "acmeweb"),
      fits: false,
    },
    { match: { repos: ["*"] }, given: pod(), fits: false },
    { match: { repoIds: ["7"] }, given: labels("woodpecker-ci.org/repo-id", "7"), fits: true },
    { match: { repoIds: [7] }, given: labels("woodpecker-ci.org/repo-id", "77"), fits: false },
    { match: { events: ["push", "tag"] }, given: labels("woodpecker-ci.org/event", "tag"), fits: true },
    {
      match: { events: ["pull_request"] },
      given: labels("woodpecker-ci.org/event", "pull_request"),
      fits: true,
    },
    {
      match: { branches: ["feature/*"] },
      given: labels("woodpecker-ci.org/commit-branch", "feature-x"),
      fits: true,
    },
    { match: { branches: ["main"] }, given: labels("woodpecker-ci.org/branch", "main"), fits: false },
    { match: { images: ["docker.io/*"] }, given: pod(), fits: true },
    { match: { images: ["registry.example.com/*"] }, given: pod({}, "registry.example.com/a:1"), fits: true },
    {
      match: { images: ["registry.example.com/*"] },
      given: pod({}, "registry.example.com.evil/a:1"),
      fits: false,
    },
    { match: { images: ["*"] }, given: pod({}, "not an image"), fits: false },
    { match: { podLabels: { team: "build" } }, given: labels("team", "build"), fits: true },
    { match: { podLabels: { team: "build" } }, given: labels("team", "Build"), fits: false },
    { match: { podLabels: { constructor: "*" } }, given: pod({ labels: {} }), fits: false },
    {
      match: { podLabels: { team: "build" }, events: ["push"] },
      given: labels("team", "build"),
      fits: false,
    },
  ])("$match of $given.metadata.labels is $fits", ({ match, given, user, fits }) => {
    const found = policySet({ a: { match } }).select(given, { ...facts, user });

    expect(found !== undefined).toBe(fits);
  });

  it("sees the image of the step, whatever container an annotation names", () => {
    const { select } = policySet({ a: { match: { images: ["*/trusted"] } } });
    const given: Pod = {
      metadata: { name: "step", annotations: { "kubectl.kubernetes.io/default-container": "side" } },
      spec: {
        containers: [
          { name: "side", image: "trusted" },
          { name: "step", image: "evil" },
        ],
      },
    };

    expect(select(given, facts)).toBeUndefined();
  });

  it("fits nothing without policies", () => {
    expect(noPolicies.select(pod(), facts)).toBeUndefined();
  });
});

describe("layers", () => {
  it("apply in ascending priority, equal ones by name; disabled ones do not", () => {
    const { policies } = policySet({
      c: {},
      b: { priority: 5 },
      a: {},
      d: { priority: -1 },
      e: { mode: "disabled" },
    });

    expect(policies.map(({ name }) => name)).toEqual(["d", "a", "c", "b"]);
  });

  it("that are the same give the same digest, any difference another one", () => {
    const [one, same, other] = [
      { a: { labels: { set: { a: "b" } } } },
      { a: { labels: { set: { a: "b" } } } },
      { a: { labels: { set: { a: "c" } } } },
    ];

    expect(effective(one).digest).toMatch(/^[0-9a-f]{12}$/);
    expect(effective(same).digest).toBe(effective(one).digest);
    expect(effective(other).digest).not.toBe(effective(one).digest);
  });

  it("that match another Pod are another effective policy", () => {
    const { select } = policySet({ a: {}, b: { match: { namespaces: ["other"] } } });

    expect(select(pod(), facts)?.names).toEqual(["a"]);
    expect(select(pod(), { ...facts, namespace: "other" })?.names).toEqual(["a", "b"]);
    expect(select(pod(), facts)).toBe(select(pod({ name: "x" }), facts));
  });

  it("say together whom to ask, and the later one what becomes of refusals", () => {
    const { contact, onRefusal, trustAnnotations, platform } = effective({
      a: { description: "ask a", onRefusal: "deny", trustAnnotations: false, platform: "linux/amd64" },
      b: { priority: 1, description: "ask b", onRefusal: "warn" },
    });

    expect({ contact, onRefusal, trustAnnotations, platform }).toEqual({
      contact: "ask a; ask b",
      onRefusal: "warn",
      trustAnnotations: false,
      platform: "linux/amd64",
    });
  });
});

describe("merging", () => {
  it.each<{ about: string; base: object; later: object; section: string; merged: unknown }>([
    {
      about: "overrides maps per key",
      base: { labels: { set: { a: "1", b: "1" } } },
      later: { labels: { set: { b: "2" }, default: { c: "3" } } },
      section: "labels",
      merged: { set: { a: "1", b: "2" }, default: { c: "3" } },
    },
    {
      about: "joins lists without duplicates",
      base: { imagePullSecrets: { set: ["a", "b"] } },
      later: { imagePullSecrets: { set: ["b", "c"] } },
      section: "imagePullSecrets",
      merged: { set: ["a", "b", "c"] },
    },
    {
      about: "replaces a gate whole",
      base: { labels: { fromStep: { keys: ["a", "b"] } } },
      later: { labels: { fromStep: { keys: ["c"] } } },
      section: "labels",
      merged: { fromStep: { keys: ["c"] } },
    },
    {
      about: "replaces the gates of the security context whole",
      base: { securityContext: { fromStep: { privileged: true, root: false } } },
      later: { securityContext: { fromStep: { root: true } } },
      section: "securityContext",
      merged: { fromStep: { root: true } },
    },
    {
      about: "closes an open gate",
      base: { volumes: { fromStep: ["*"] } },
      later: { volumes: { fromStep: false } },
      section: "volumes",
      merged: { fromStep: false },
    },
    {
      about: "never mixes two affinities, and keeps one beside another verb",
      base: { affinity: { default: { nodeAffinity: {} }, set: { podAffinity: {} } } },
      later: { affinity: { default: { podAntiAffinity: {} }, fromStep: false } },
      section: "affinity",
      merged: { default: { podAntiAffinity: {} }, set: { podAffinity: {} }, fromStep: false },
    },
    {
      about: "never mixes two profiles",
      base: {
        securityContext: {
          set: { runAsUser: 1, seccompProfile: { type: "Localhost", localhostProfile: "a" } },
        },
      },
      later: { securityContext: { set: { seccompProfile: { type: "RuntimeDefault" } } } },
      section: "securityContext",
      merged: { set: { runAsUser: 1, seccompProfile: { type: "RuntimeDefault" } } },
    },
    {
      about: "overrides amounts one by one",
      base: { resources: { default: { requests: { cpu: 1, memory: "1Gi" } } } },
      later: { resources: { default: { requests: { cpu: 2 }, limits: { cpu: 4 } } } },
      section: "resources",
      merged: { default: { requests: { cpu: "2", memory: "1Gi" }, limits: { cpu: "4" } } },
    },
    {
      about: "says nothing of what is said nowhere",
      base: { labels: { set: {} } },
      later: {},
      section: "nodeSelector",
      merged: undefined,
    },
  ])("$about", ({ base, later, section, merged }) => {
    expect(effective({ base, later: { priority: 1, ...later } }).sections[section]).toEqual(merged);
  });

  it("takes one volume of a name, the later layer's", () => {
    const volume = (claim: string): object => ({
      name: "a",
      persistentVolumeClaim: { claimName: claim },
      mountPath: "/a",
    });
    const { sections } = effective({
      base: { volumes: { set: [volume("one")] } },
      later: { priority: 1, volumes: { set: [volume("two")] } },
    });

    expect(sections["volumes"]?.set).toHaveLength(1);
    expect(JSON.stringify(sections["volumes"]?.set)).toContain("two");
  });

  it.each<{ path: Path; rule: string }>([
    { path: ["labels", "set", "a"], rule: "base#/labels/set/a" },
    { path: ["labels", "set", "b"], rule: "later#/labels/set/b" },
    { path: ["labels", "fromStep"], rule: "later#/labels/fromStep" },
    { path: ["annotations", "fromStep"], rule: "built-in#/annotations/fromStep" },
    { path: ["imagePullSecrets", "set", 0], rule: "base#/imagePullSecrets/set/0" },
    { path: ["imagePullSecrets", "set", 1], rule: "later#/imagePullSecrets/set/0" },
    {
      path: ["securityContext", "fromStep", "privileged"],
      rule: "later#/securityContext/fromStep/privileged",
    },
    { path: ["securityContext", "fromStep", "root"], rule: "built-in#/securityContext/fromStep/root" },
    {
      path: ["nodeSelector", "default", "kubernetes.io/arch"],
      rule: "base#/nodeSelector/default/kubernetes.io~1arch",
    },
    { path: ["platform"], rule: "built-in#/platform" },
  ])("remembers that $path is by $rule", ({ path, rule }) => {
    const { ruleAt } = effective({
      base: {
        labels: { set: { a: "1", b: "1" }, fromStep: true },
        imagePullSecrets: { set: ["a"] },
        nodeSelector: { default: { "kubernetes.io/arch": "arm64" } },
      },
      later: {
        priority: 1,
        labels: { set: { b: "2" }, fromStep: false },
        imagePullSecrets: { set: ["b"] },
        securityContext: { fromStep: { privileged: true } },
      },
    });

    expect(ruleAt(path)).toBe(rule);
  });
});

describe("a set cannot be made", () => {
  it("where a policy writes a label by which another is chosen", () => {
    const make = (): unknown =>
      policySet({
        a: { labels: { set: { team: "x" }, default: { "woodpecker-ci.org/event": "push" } } },
        b: { match: { podLabels: { team: "build" }, events: ["push"] } },
      });

    expect(make).toThrow(PolicyError);
    expect(make).toThrow(
      'a: labels.set.team: is a label by which policies are chosen (match); no policy may write it\na: labels.default["woodpecker-ci.org/event"]: is a label',
    );
  });

  it("where two policies have one name", () => {
    const document = { version: "v1" } as const;

    expect(() =>
      createPolicySet([
        { name: "a", document },
        { name: "a", document },
      ]),
    ).toThrow('a: "a" is the name of another policy already');
  });

  it("but where the one that is chosen is disabled", () => {
    const { policies } = policySet({
      a: { labels: { set: { team: "x" } } },
      b: { mode: "disabled", match: { podLabels: { team: "build" } } },
    });

    expect(policies).toHaveLength(1);
  });
});
