import { stepContainer } from "../kubernetes/containers.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type Change, Draft, type Held } from "./draft.ts";
import { type Finding } from "./finding.ts";
import { type Mutation } from "./mutation.ts";
import { mutations } from "./mutations/index.ts";
import { type ReadOptions } from "./options.ts";
import { asksOf } from "./pod-word/volumes.ts";
import { type Scene } from "./scene.ts";
import { Turn } from "./turn.ts";
import { takeOutUngranted } from "./untrusted-pod.ts";

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

/** What an evaluation takes from the review, beside the Pod and its options. */
type Circumstances = Pick<Scene, "policy" | "architecture" | "limitRanges" | "knowsLimitRanges">;

/** Lets every mutation have its turn at the Pod. Pure: the Pod that came in is never edited, what nobody touched is shared with it. */
export function evaluate(pod: Pod, options: ReadOptions, circumstances: Circumstances): Evaluation {
  const draft = new Draft(pod);
  const findings: Finding[] = [];
  if (!circumstances.policy.trustPod)
    takeOutUngranted(draft, {
      scene: sceneOf(pod, options, circumstances),
      findings,
      decide: (bare) => takeTurns(new Draft(bare), options, { circumstances, findings: [] }).pod,
    });
  takeTurns(draft, options, { circumstances, findings });
  findings.push(...tooLong(pod, draft.pod));
  return { pod: draft.pod, changes: draft.changes, held: draft.held, findings };
}

function sceneOf(pod: Pod, { asks, values }: ReadOptions, circumstances: Circumstances): Scene {
  const { policy, architecture, limitRanges, knowsLimitRanges } = circumstances;
  const step = stepContainer(pod);
  // What policies of the namespace were granted counts as asked, and so does what an untrusted Pod takes of its own.
  const taken = policy.trustPod ? [] : asksOf(step, pod, policy);
  const isAll = policy.asked.size === 0 && taken.length === 0;
  const all = isAll ? asks : new Set([...asks, ...policy.asked, ...taken]);
  const { resourceClass } = values;
  return { policy, architecture, limitRanges, knowsLimitRanges, resourceClass, pod, step, asks: all };
}

function takeTurns(
  draft: Draft,
  options: ReadOptions,
  { circumstances, findings }: { circumstances: Circumstances; findings: Finding[] },
): Draft {
  const { policy } = circumstances;
  const scene = sceneOf(draft.pod, options, circumstances);
  // Option and section bear the name of their mutation; the schemas made from the same table have checked them.
  const asked = options.values as Readonly<Record<string, unknown>>;
  for (const [id, mutation] of table) {
    const [wish, rule] = [asked[id], policy.sections[id]];
    // A gate alone writes nothing.
    const isRuled = rule?.set !== undefined || rule?.default !== undefined;
    if (wish === undefined && !isRuled && mutation.unasked?.(scene) !== true) continue;
    mutation.run(new Turn(id, { draft, scene, text: options.text, findings }), wish, rule);
  }
  return draft;
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
