import { stepContainer } from "../kubernetes/containers.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type Change, Draft, type Held } from "./draft.ts";
import { type Finding } from "./finding.ts";
import { type Mutation } from "./mutation.ts";
import { mutations } from "./mutations/index.ts";
import { type ReadOptions } from "./options.ts";
import { type Scene } from "./scene.ts";
import { Turn } from "./turn.ts";

// https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apimachinery/pkg/api/validation/objectmeta.go
export const MAX_ANNOTATIONS = 256 * 1024;

/** What one policy makes of one Pod and its options. */
export interface Evaluation {
  readonly pod: Pod;
  readonly changes: readonly Change[];
  /** What rules wanted and found on the Pod already. */
  readonly held: readonly Held[];
  readonly findings: readonly Finding[];
}

/** Lets every mutation have its turn at the Pod. Pure: the Pod that came in is never edited, what nobody touched is shared with it. */
export function evaluate(
  pod: Pod,
  options: ReadOptions,
  { policy, architecture, limitRanges }: Pick<Scene, "policy" | "architecture" | "limitRanges">,
): Evaluation {
  const draft = new Draft(pod);
  const findings: Finding[] = [];
  const { values } = options;
  const asks = policy.asked.size === 0 ? options.asks : new Set([...options.asks, ...policy.asked]);
  const about = { policy, architecture, limitRanges, resourceClass: values.resourceClass };
  const scene: Scene = { ...about, pod, step: stepContainer(pod), asks };
  // Option and section bear the name of their mutation; the schemas made from the same table have checked them.
  const asked = values as Readonly<Record<string, unknown>>;
  for (const [id, mutation] of table) {
    const [wish, rule] = [asked[id], policy.sections[id]];
    // A gate alone writes nothing.
    const isRuled = rule?.set !== undefined || rule?.default !== undefined;
    if (wish === undefined && !isRuled && mutation.unasked?.(scene) !== true) continue;
    mutation.run(new Turn(id, { draft, scene, text: options.text, findings }), wish, rule);
  }
  findings.push(...tooLong(pod, draft.pod));
  return { pod: draft.pod, changes: draft.changes, held: draft.held, findings };
}

const table: readonly (readonly [string, Mutation<unknown, unknown>])[] = Object.entries(mutations);

/** How many bytes a Pod's annotations take by the API server's count. */
export function annotationBytes(pod: Pod): number {
  let bytes = 0;
  for (const [key, value] of Object.entries(pod.metadata?.annotations ?? {}))
    bytes += key.length + Buffer.byteLength(value);
  return bytes;
}

function tooLong(before: Pod, after: Pod): Finding[] {
  if (before.metadata?.annotations === after.metadata?.annotations) return [];
  const bytes = annotationBytes(after);
  if (bytes <= MAX_ANNOTATIONS || annotationBytes(before) > MAX_ANNOTATIONS) return [];
  const message = `would make the Pod's annotations ${bytes} bytes long; the API server takes ${MAX_ANNOTATIONS}`;
  return [{ code: "malformed-value", path: ["annotations"], message }];
}
