import { annotationIgnored } from "../engine/annotation-ignored.ts";
import { APPLIED } from "../engine/annotations.ts";
import { type Change, type Held } from "../engine/draft.ts";
import { annotationBytes, type Evaluation, MAX_ANNOTATIONS } from "../engine/evaluate.ts";
import { bySeverity, describeFinding, type Finding } from "../engine/finding.ts";
import { type EffectivePolicy } from "../engine/policy.ts";
import { sameButForDefaults } from "../kubernetes/defaults.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type AppliedEntry as Entry, readAppliedNote } from "./applied-note.ts";

/**
 * The Pod with a note of what was written into it. An entry that came in, from an earlier decision or from a forger,
 * survives only where the policy in force yields that very value. A Pod that did not change gets no note.
 */
export function noteApplied(
  before: Pod,
  { pod, changes, held, findings }: Evaluation,
  policy: EffectivePolicy,
): { pod: Pod; findings: readonly Finding[] } {
  if (changes.length === 0) return { pod, findings };
  const isIgnored = !policy.trustAnnotations && before.metadata?.annotations?.[APPLIED] !== undefined;
  const told = isIgnored ? [...findings, annotationIgnored(APPLIED, policy)] : findings;
  const written = changes.map(toEntry);
  const entries = [...keptEntries(before, policy, held), ...written];
  for (const text of candidates(policy, entries, told)) {
    const noted = withAnnotation(pod, text);
    if (annotationBytes(noted) <= MAX_ANNOTATIONS) return { pod: noted, findings: told };
  }
  const message = "cannot be written: the Pod's annotations are full";
  return {
    pod: withoutNote(pod),
    findings: [...told, { code: "applied-too-long", path: [APPLIED], message }],
  };
}

/**
 * What an earlier decision wrote and this one would have written again, at the places that it has now: another webhook
 * may have put an item before it in a list.
 */
function keptEntries(before: Pod, policy: EffectivePolicy, held: readonly Held[]): Entry[] {
  const earlier = earlierEntries(before, policy);
  if (earlier.length === 0) return [];
  const yielded = held.map(({ path, value, rule }) => {
    const pointer = formatPointer(path);
    return { pointer, value, shape: shapeOf({ pointer, rule }) };
  });
  return earlier.flatMap((entry) => {
    const shape = shapeOf(entry);
    // The API server has written out defaults since.
    const same = yielded.filter((one) => one.shape === shape && sameButForDefaults(one.value, entry.value));
    const found = same.find(({ pointer }) => pointer === entry.pointer) ?? same[0];
    if (found === undefined) return [];
    // Of two items that are alike each stands for itself.
    yielded.splice(yielded.indexOf(found), 1);
    return [{ ...entry, pointer: found.pointer }];
  });
}

/** Alike for the items of a list, wherever they stand in it. */
const shapeOf = ({ pointer, rule }: Entry): string =>
  `${rule} ${pointer.replaceAll(/\/[0-9]+(?=\/|$)/g, "/")}`;

function toEntry({ pointer, rule, after }: Change): Entry {
  return after === undefined ? { pointer, rule } : { pointer, rule, value: after };
}

function earlierEntries(pod: Pod, policy: EffectivePolicy): readonly Entry[] {
  const text = pod.metadata?.annotations?.[APPLIED];
  return text === undefined || !policy.trustAnnotations ? [] : (readAppliedNote(text)?.changes ?? []);
}

/** The whole note, and the one without values and findings for a Pod whose annotations are nearly full. */
function* candidates(
  { names: policies, digest }: EffectivePolicy,
  entries: readonly Entry[],
  findings: readonly Finding[],
): Generator<string> {
  const told = findings.length === 0 ? undefined : bySeverity(findings).map(describeFinding);
  yield JSON.stringify({ policies, digest, changes: entries, findings: told });
  const short = entries.map(({ pointer, rule }) => ({ pointer, rule }));
  yield JSON.stringify({ policies, digest, changes: short });
}

/** A note that came in and cannot be put right must not stand as if it were. */
function withoutNote(pod: Pod): Pod {
  const annotations = { ...pod.metadata?.annotations };
  if (annotations[APPLIED] === undefined) return pod;
  Reflect.deleteProperty(annotations, APPLIED);
  return { ...pod, metadata: { ...pod.metadata, annotations } };
}

function withAnnotation(pod: Pod, text: string): Pod {
  return {
    ...pod,
    metadata: { ...pod.metadata, annotations: { ...pod.metadata?.annotations, [APPLIED]: text } },
  };
}
