import { stepContainer } from "../kubernetes/containers.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type Change, Draft } from "./draft.ts";
import { type Finding } from "./finding.ts";
import { mutations } from "./mutations/index.ts";
import { type ReadOptions } from "./options.ts";
import { type EffectivePolicy } from "./policy.ts";
import { type Scene } from "./scene.ts";
import { Turn } from "./turn.ts";

// https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go
export const MAX_ANNOTATIONS = 256 * 1024;

/** What one policy makes of one Pod and its options. */
export interface Evaluation {
  readonly pod: Pod;
  readonly changes: readonly Change[];
  /** What rules wanted and found on the Pod already. */
  readonly held: readonly Change[];
  readonly findings: readonly Finding[];
}

/** Lets every mutation have its turn at the Pod. Pure: the Pod that came in is never edited, what nobody touched is shared with it. */
export function evaluate(
  pod: Pod,
  options: ReadOptions,
  { policy, architecture }: { policy: EffectivePolicy; architecture?: Scene["architecture"] },
): Evaluation {
  const draft = new Draft(pod);
  const findings: Finding[] = [];
  const scene: Scene = { policy, step: stepContainer(pod), asks: asksOf(options), architecture };
  // Option and section bear the name of their mutation; the schemas made from the same table have checked them.
  const asked = options.values as Readonly<Record<string, unknown>>;
  for (const [id, mutation] of Object.entries(mutations))
    mutation.run(
      new Turn(id, { draft, scene, text: options.text, findings }),
      asked[id],
      policy.sections[id],
    );
  findings.push(...tooLong(pod, draft.pod));
  return { pod: draft.pod, changes: draft.changes, held: draft.held, findings };
}

function asksOf({ values }: ReadOptions): ReadonlySet<string> {
  const asks = Object.entries(values).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return new Set(asks.map(([id]) => id));
}

/** How many bytes a Pod's annotations take by the API server's count. */
export function annotationBytes(pod: Pod): number {
  let bytes = 0;
  for (const [key, value] of Object.entries(pod.metadata?.annotations ?? {}))
    bytes += key.length + utf8Length(value);
  return bytes;
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    // Half of a surrogate pair counts two of its four bytes.
    if (code > 0x7f) bytes += code > 0x7ff && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

function tooLong(before: Pod, after: Pod): Finding[] {
  if (before.metadata?.annotations === after.metadata?.annotations) return [];
  const bytes = annotationBytes(after);
  if (bytes <= MAX_ANNOTATIONS || annotationBytes(before) > MAX_ANNOTATIONS) return [];
  const message = `would make the Pod's annotations ${bytes} bytes long; the API server takes ${MAX_ANNOTATIONS}`;
  return [{ code: "malformed-value", path: ["annotations"], message }];
}
