import { type AppliedNote, readAppliedNote } from "../../../admission/applied-note.ts";
import { APPLIED } from "../../../engine/annotations.ts";
import { type Pod } from "../../../kubernetes/pod.ts";
import { chosenNamespaces } from "../chosen-namespaces.ts";
import { type Attempt, type ClusterView, type Status, type Trial } from "../cluster-view.ts";
import { count, enumerate } from "../enumerate.ts";
import { labelRemedy } from "../label-remedy.ts";
import { ourWebhooks } from "../our-webhooks.ts";
import { explainRefusal } from "../refusals.ts";
import { type Expectation, planTrial } from "../trial-plan.ts";
import { failed, ok, unknown, type Verdict, warning } from "../verdict.ts";

const ABOUT = "Dry run";

/** A step's Pod goes through API server, TLS and webhook, and comes back as the policies say. */
export function dryRun(view: ClusterView): Verdict[] {
  const { trial } = view;
  if (trial === undefined)
    return [
      unknown(ABOUT, "no Pod was tried: no namespace is known to be chosen", [
        "name one with --try-namespace once the rest is well",
      ]),
    ];
  const { namespace, plain, probe } = trial;
  const refusal = { about: ABOUT, namespace, view };
  if ("status" in plain) return [explainRefusal(refusal, plain.status)];
  const applied = readApplied(plain.object);
  if (applied !== undefined) return [decided(view, trial, applied)];
  if (probe === undefined || answered(view, probe)) return [passedThrough(trial)];
  if ("status" in probe) return [explainRefusal(refusal, probe.status)];
  return [notCalled(view, trial)];
}

function readApplied({ metadata }: Pod): AppliedNote | undefined {
  const text = metadata?.annotations?.[APPLIED];
  return text === undefined ? undefined : readAppliedNote(text);
}

function decided(
  view: ClusterView,
  { namespace }: Trial,
  { policies, digest, changes }: AppliedNote,
): Verdict {
  const by = `${enumerate(policies)} (digest ${digest})`;
  const says = `a step's Pod in namespace "${namespace}" is decided by ${by}, ${count(changes.length, "value")} written`;
  const expected = planTrial(view, namespace)?.expected;
  if (expected?.by !== "policies" || expected.policy.digest === digest) return ok(ABOUT, says);
  const wanted = `${enumerate(expected.policy.names)} (digest ${expected.policy.digest})`;
  return warning(
    ABOUT,
    `${says}; the ConfigMaps say ${wanted}: the replicas have read others, or are of another version`,
    [
      "a change takes a second to be in force; after that, see what the replicas log about policies",
      `kubectl --namespace ${view.names.namespace} logs deployment/${view.names.service} --tail=50`,
    ],
  );
}

/** Whether Podpecker said what it says of an option that nobody knows. */
function answered({ mutating, names }: ClusterView, probe: Attempt): boolean {
  if (!("status" in probe)) return probe.warnings.some((text) => text.startsWith("doctor: "));
  return ourWebhooks(mutating, names).some(({ webhook }) => isDenial(webhook.name, probe.status));
}

const isDenial = (webhook: string, { message }: Status): boolean =>
  message.includes(`"${webhook}" denied the request`) && /^- doctor: /m.test(message);

const passedThrough = ({ namespace }: Trial): Verdict =>
  ok(
    ABOUT,
    `a step's Pod in namespace "${namespace}" goes through Podpecker, which writes nothing into one that asks for nothing`,
  );

function notCalled(view: ClusterView, { namespace }: Trial): Verdict {
  const chosen = chosenNamespaces(view);
  const says = `a Pod in namespace "${namespace}" passes as it is`;
  if (chosen !== undefined && !chosen.includes(namespace))
    return failed(ABOUT, `${says}: no selector chooses that namespace`, labelRemedy(view, namespace));
  const expected = planTrial(view, namespace)?.expected ?? { by: "unknown" };
  return byExpectation(view, says, expected);
}

function byExpectation(view: ClusterView, says: string, expected: Expectation): Verdict {
  switch (expected.by) {
    case "policies":
      return failed(
        ABOUT,
        `${says}, though ${enumerate(expected.policy.names)} is for it: Podpecker is not called, or has not read that policy`,
        [
          "a configuration that was changed takes some seconds; with failurePolicy Ignore calls fail in silence; see the match conditions and what the replicas log",
          `kubectl --namespace ${view.names.namespace} logs deployment/${view.names.service} --tail=50`,
        ],
      );
    case "nobody":
      return noPolicy(says, expected.creators);
    case "unknown":
      return unknown(ABOUT, `${says}: Podpecker is not called, or no policy in force is for it`, [
        "name a namespace with --try-namespace that a policy is for",
      ]);
  }
}

function noPolicy(says: string, creators: readonly string[]): Verdict {
  const [creator] = creators;
  if (creator === undefined)
    return unknown(ABOUT, `${says}: no policy is for it, which does not show whether Podpecker is called`, [
      "name a namespace with --try-namespace that a policy is for, or add a policy",
    ]);
  return unknown(ABOUT, `${says}: the policies are for Pods that ${enumerate(creators)} creates`, [
    "try it in the creator's name",
    `podpecker doctor --as ${creator.includes("*") ? "USER" : creator}`,
  ]);
}
