import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { isOwnAnnotation } from "#src/engine/annotations.ts";
import { type Pod as AnyPod } from "#src/kubernetes/pod.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";
import { buildPod } from "#test/woodpecker/backend.ts";
import { cases, withOwnWorkspace } from "#test/woodpecker/corpus.ts";
import { gates } from "#test/woodpecker/gates.ts";
import { type Pod } from "#test/woodpecker/pod.ts";
import { agentPolicies } from "#test/woodpecker/podpecker.ts";
import { readSettings } from "#test/woodpecker/settings.ts";
import { type Case, type Toleration } from "#test/woodpecker/step.ts";

const RUNS = runs(150);

// Podpecker's own keys cannot be granted as labels, either, and a toleration that no API server takes is none.
const grantable = cases.map(withOwnWorkspace).filter((asked) => {
  const { metadata, spec } = buildPod(asked);
  const isRefused = ({ tolerationSeconds, effect }: Toleration): boolean =>
    tolerationSeconds !== undefined && effect !== "NoExecute";
  return (
    !Object.keys(metadata.labels ?? {}).some(isOwnAnnotation) && spec.tolerations?.some(isRefused) !== true
  );
});

describe("the Pod that an agent makes of a step, whatever its release", () => {
  it("is the same to a policy that grants what is in it, trusted or not", () => {
    fc.assert(
      fc.property(grantable, (asked) => {
        const trusted = decideBuilt(asked, true);
        const untrusted = decideBuilt(asked, false);

        expect(untrusted.findings).toEqual(trusted.findings);
        expect(untrusted.changes).toEqual(trusted.changes);
        expect(untrusted.pod.spec).toEqual(trusted.pod.spec);
      }),
      { numRuns: RUNS },
    );
  });
});

// Later agents let a step be of the group 0, whatever they say of users; to the first one a profile may be an annotation.
const asTheAgent = { root: true, apparmorProfiles: ["*", "Unconfined"] };

/** What is decided about the agent's own Pod, without a word of Podpecker's, under its settings and the gates of its release. */
function decideBuilt(asked: Case, trustPod: boolean): Decision {
  const pod = buildPod(asked);
  const { securityContext, ...others } = gates(asked) as { securityContext: { fromStep: object } };
  const policies = agentPolicies(asked.settings, {
    ...others,
    ...literalKeys(asked, pod),
    securityContext: { ...securityContext, fromStep: { ...securityContext.fromStep, ...asTheAgent } },
    trustPod,
  });
  const facts = { namespace: pod.metadata.namespace, now: NOW, limitRanges: [] };
  // Podpecker's Pod has fewer words than the model's, but keeps what it does not know.
  return decide(pod as unknown as AnyPod, facts, policies);
}

/** A key of the platform is granted only where a policy names it, though the agent lets every key through. */
function literalKeys({ era, settings }: Case, { metadata }: Pod): object {
  const { labelsFromStep, annotationsFromStep } = readSettings(era, settings);
  const opened = (isOpen: boolean, map: object = {}): object => ({
    fromStep: isOpen ? { keys: Object.keys(map) } : false,
  });
  return {
    labels: opened(labelsFromStep, metadata.labels),
    annotations: opened(annotationsFromStep, metadata.annotations),
  };
}
