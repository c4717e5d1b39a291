import { readAppliedNote } from "../../admission/applied-note.ts";
import { APPLIED } from "../../engine/annotations.ts";
import { sameButForDefaults } from "../../kubernetes/defaults.ts";
import { parsePointer } from "../../kubernetes/json-pointer.ts";
import { valueAt } from "../../text/value-at.ts";
import { readablePath } from "../review/readable-path.ts";
import { type Manifest } from "../review/read-manifests.ts";
import { type Subject } from "../review/subject.ts";

/** One field that was written when the Pod was created. */
export interface ExplainedField {
  /** As people write it: `spec.containers[0].resources.limits.memory`. */
  readonly path: string;
  /** Absent where it was taken away, or where the note had no room for values. */
  readonly given?: unknown;
  readonly rule: string;
  /** What stands there now, where somebody wrote over it since. */
  readonly now?: unknown;
}

/** What a Pod says itself of what Podpecker did to it. */
export interface Explained {
  readonly input: string;
  readonly subject: string;
  readonly namespace: string;
  /** There is a note, and nobody can say what it means. */
  readonly isUnreadable?: true;
  /** Nothing where Podpecker noted nothing. */
  readonly note?: {
    readonly policies: readonly string[];
    readonly digest: string;
    readonly fields: readonly ExplainedField[];
    readonly findings: readonly string[];
  };
}

/** Reads what Podpecker noted on the Pods; of the fields those whose path has `sought` in it. */
export function explainManifest({ title, subjects }: Manifest, sought: string): Explained[] {
  return subjects.map((subject) => ({ input: title, ...explainPod(subject, sought) }));
}

function explainPod({ title, namespace, pod }: Subject, sought: string): Omit<Explained, "input"> {
  const about = { subject: title, namespace };
  const text = valueAt(pod, ["metadata", "annotations", APPLIED]);
  if (text === undefined) return about;
  const note = typeof text === "string" ? readAppliedNote(text) : undefined;
  if (note === undefined) return { ...about, isUnreadable: true };
  const fields = note.changes
    .map(({ pointer, rule, value }) => explainField(pod, { pointer, rule, value }))
    .filter(({ path }) => path.includes(sought));
  const findings = note.findings.filter((finding) => finding.includes(sought));
  return { ...about, note: { policies: note.policies, digest: note.digest, fields, findings } };
}

function explainField(
  pod: unknown,
  { pointer, rule, value }: { readonly pointer: string; readonly rule: string; readonly value: unknown },
): ExplainedField {
  const path = readablePath(pointer, pod);
  const now = valueAt(pod, parsePointer(pointer));
  if (value === undefined) return { path, rule, ...(now === undefined ? {} : { now }) };
  return { path, given: value, rule, ...(sameButForDefaults(now, value) ? {} : { now: now ?? null }) };
}
