import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";

import { readBackendOptions } from "#src/admission/backend-options.ts";
import { decide } from "#src/admission/decide.ts";
import { evaluate } from "#src/engine/evaluate.ts";
import { noOptions } from "#src/engine/options.ts";
import { podSecurityViolations } from "#src/engine/pod-security.ts";
import { podSecurityChecks, type PodSecurityProfile } from "#src/engine/pod-security-checks.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { type PolicySet } from "#src/policy/policy-set.ts";
import { type Document, options, policyDocument } from "#test/engine/arbitrary.ts";
import { policiesOf, withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";
import { debuggers, insecurePod, securedPod, singleTraits } from "./pod-security/pod-traits.ts";
import { isPodSecuritys, REASONS } from "./pod-security/reasons.ts";
import { SecuredNamespace } from "./pod-security/secured-namespace.ts";
import { sharedPlane } from "./shared-plane.ts";

const PROFILES = ["baseline", "restricted"] as const;
const FACTS = { namespace: "ci", user: "agent", now: NOW };

// Validation refuses what is not Default before this check can, where the Pod has no user namespace of its own.
const UNREACHED = "procMount";

// Pods of a batch are asked about together; a failure prints the seed that finds it again.
const BATCH = 8;
const BATCHES = 40;
const LIMIT_MS = 45_000;

const namespaces = new Map<PodSecurityProfile, SecuredNamespace>();

beforeAll(async () => {
  for (const profile of PROFILES) namespaces.set(profile, await SecuredNamespace.of(sharedPlane(), profile));
  return async () => {
    for (const namespace of namespaces.values()) await namespace.clear();
  };
});

describe.each(PROFILES)("Kubernetes' own Pod Security admission, %s,", (profile) => {
  it("says the same of everything that a Pod may say", async () => {
    const verdicts = await Promise.all(singleTraits.map((pod) => compare(pod, profile)));

    expect(verdicts.flatMap(({ disagreement }) => disagreement ?? [])).toEqual([]);
    const found = new Set(verdicts.flatMap(({ refusedBy }) => refusedBy));
    const checks = podSecurityChecks.filter(({ profiles }) => profiles.includes(profile));
    expect(checks.map(({ id }) => id).filter((id) => !found.has(id) && id !== UNREACHED)).toEqual([]);
  });

  it("says the same of any Pod", async () => {
    let judged = 0;

    const law = fc.asyncProperty(batchOf(insecurePod), async (pods) => {
      const verdicts = await Promise.all(pods.map((pod) => compare(pod, profile)));

      expect(verdicts.flatMap(({ disagreement }) => disagreement ?? [])).toEqual([]);
      judged += verdicts.filter(({ isValid }) => isValid).length;
    });
    await fc.assert(law, { numRuns: BATCHES, interruptAfterTimeLimit: LIMIT_MS });

    expect(judged).toBeGreaterThan((BATCH * BATCHES) / 4);
  });

  it("says the same of every container that debugs a Pod", async () => {
    const namespace = namespaceOf(profile);
    await namespace.make({ ...securedPod, metadata: { name: "debugged" } });

    const disagreements = await Promise.all(
      debuggers.map(async (container) => {
        const refusal = await namespace.refusalToDebug("debugged", container);
        if (refusal !== undefined && !isPodSecuritys(refusal)) return [];
        const pod = { ...securedPod, spec: { ...securedPod.spec, ephemeralContainers: [container] } };
        return disagreementAbout(pod, profile, refusal) ?? [];
      }),
    );

    expect(disagreements.flat()).toEqual([]);
  });

  it("lets pass what is decided, and would not let pass what is denied for it", async () => {
    const outcomes = new Map<string, number>();

    const law = fc.asyncProperty(batchOf(attempt), async (attempts) => {
      const results = await Promise.all(attempts.map((one) => tryOut(one, profile)));

      expect(results.flatMap(({ objection }) => objection ?? [])).toEqual([]);
      for (const { outcome } of results) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    });
    await fc.assert(law, { numRuns: BATCHES, interruptAfterTimeLimit: LIMIT_MS });

    for (const outcome of ["decided", "refused"])
      expect([outcome, outcomes.get(outcome)]).toEqual([outcome, expect.any(Number)]);
  });
});

describe("Kubernetes' own Pod Security admission, restricted,", () => {
  it.each([
    { asks: { runAsUser: 0, runAsNonRoot: false }, refused: ["runAsUser", "runAsNonRoot"] },
    { asks: { runAsUser: 0 }, refused: ["runAsUser"] },
    { asks: { runAsNonRoot: false }, refused: ["runAsNonRoot"] },
  ])(
    "lets a Pod with users of its own ask $asks, which is denied unless a policy gives them",
    async (one) => {
      const securityContext = { ...securedPod.spec.securityContext, ...one.asks };
      const pod = { ...securedPod, spec: { ...securedPod.spec, hostUsers: false, securityContext } };
      const standard = { securityContext: { podSecurityStandard: "restricted" } };

      const { refusal } = await namespaceOf("restricted").ask(pod);
      const denied = decide(pod, FACTS, policiesOf([standard]));
      const given = decide(pod, FACTS, policiesOf([standard, { hostUsers: { set: false } }]));

      expect(refusal).toBeUndefined();
      expect(denied.findings.map(({ path }) => path.at(-1)).sort()).toEqual([...one.refused].sort());
      expect([denied.outcome, given.outcome]).toEqual(["refused", "decided"]);
    },
  );
});

interface Comparison {
  readonly isValid: boolean;
  readonly refusedBy: readonly string[];
  readonly disagreement?: string;
}

/** What both say of the Pod as it comes, check by check; of a Pod that validation refuses neither says anything. */
async function compare(pod: Pod, profile: PodSecurityProfile): Promise<Comparison> {
  const { refusal } = await namespaceOf(profile).ask(pod);
  if (refusal !== undefined && !isPodSecuritys(refusal)) return { isValid: false, refusedBy: [] };
  const disagreement = disagreementAbout(pod, profile, refusal);
  const refusedBy = checksIn(refusal, profile);
  return { isValid: true, refusedBy, ...(disagreement === undefined ? {} : { disagreement }) };
}

function disagreementAbout(
  pod: Pod,
  profile: PodSecurityProfile,
  refusal: string | undefined,
): string | undefined {
  const theirs = checksIn(refusal, profile);
  const ours = new Set(podSecurityViolations(pod, profile, true).map(({ check }) => check.id));
  if ([...ours].sort().join() === theirs.toSorted().join()) return undefined;
  return `${JSON.stringify(pod)}: here ${[...ours].join()}, there ${refusal ?? "nothing"}`;
}

/** The checks that a refusal names. */
function checksIn(refusal: string | undefined, profile: PodSecurityProfile): string[] {
  if (refusal === undefined) return [];
  const checks = podSecurityChecks.filter(({ profiles }) => profiles.includes(profile));
  return [...new Set(checks.map(({ id }) => id))].filter((id) => REASONS[id]?.test(refusal) === true);
}

interface Attempt {
  readonly pod: Pod;
  readonly base: Document;
  readonly asked: Record<string, unknown>;
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
  pod: insecurePod,
  base: policyDocument.map(
    (document) => only(document, ["securityContext", "hostUsers", "volumes"]) as Document,
  ),
  asked: options.map((all) => only(all, ["securityContext", "hostUsers", "volumes"])),
});

/** Asks about what is decided; of what is denied, about the Pod as it would be without that. */
async function tryOut(
  { pod, base, asked }: Attempt,
  profile: PodSecurityProfile,
): Promise<{ outcome: string; objection?: string }> {
  const sent = withText(pod, JSON.stringify(asked));
  const standing = await namespaceOf(profile).ask(sent);
  if (standing.refusal !== undefined && !isPodSecuritys(standing.refusal)) return { outcome: "invalid" };
  const policies = policiesOf([base, { securityContext: { podSecurityStandard: profile } }]);
  const decision = decide(sent, FACTS, policies);
  const result = decision.outcome === "decided" ? decision.pod : undenied(sent, policies);
  const { refusal } = await namespaceOf(profile).ask(result);
  const isFit =
    decision.outcome === "decided"
      ? isAccepted(refusal)
      : isRefused(refusal) ||
        (policies.select(sent, FACTS)?.givesUsers === false && isStricter(result, profile));
  const { outcome } = decision;
  if (isFit) return { outcome };
  return {
    outcome,
    objection: `${outcome}, but ${refusal ?? "admitted"}: ${JSON.stringify({ sent, base, result })}`,
  };
}

// What a step asks of a Pod for Windows, or of one with an unmasked /proc, is left to validation.
const ELSEWHERE = /cannot be set for a windows pod|`hostUsers` must be false to use `Unmasked`/;

const isAccepted = (refusal: string | undefined): boolean => refusal === undefined || ELSEWHERE.test(refusal);

const isRefused = (refusal = ""): boolean => isPodSecuritys(refusal) || ELSEWHERE.test(refusal);

/** Whether only that no policy gives the Pod its users speaks against it: the one thing that is said more strictly here. */
const isStricter = (pod: Pod, profile: PodSecurityProfile): boolean =>
  podSecurityViolations(pod, profile, true).length === 0 &&
  podSecurityViolations(pod, profile, false).length > 0;

/** The Pod with all that can be filled in and all that is refused left out, whatever else speaks against it. */
function undenied(pod: Pod, policies: PolicySet): Pod {
  const policy = policies.select(pod, FACTS);
  const text = pod.metadata?.annotations?.["podpecker.dev/backend-options"];
  const { options: read = noOptions } = readBackendOptions(text, () => new Map());
  return policy === undefined
    ? pod
    : evaluate(pod, read, { policy, limitRanges: [], knowsLimitRanges: false }).pod;
}

function namespaceOf(profile: PodSecurityProfile): SecuredNamespace {
  const namespace = namespaces.get(profile);
  if (namespace === undefined) throw new Error(`no namespace for ${profile}`);
  return namespace;
}

function batchOf<T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> {
  return fc.array(one, { minLength: 1, maxLength: BATCH, size: "max" });
}

function only(map: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(map).filter(([key]) => keys.includes(key)));
}
