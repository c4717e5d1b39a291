/** The name of the annotation that LimitRanger leaves on a Pod. */
export const LIMIT_RANGER = "kubernetes.io/limit-ranger";

/** What LimitRanger said it had set on a Pod; to be asked with `wasSetByLimitRanger`. */
export type LimitRangerMarks = ReadonlySet<string>;

/** One request or limit of one container. */
export interface ResourceEntry {
  readonly container: string;
  readonly kind: "requests" | "limits";
  readonly resource: string;
  readonly init: boolean;
}

const PREFIX = "LimitRanger plugin set: ";
// "cpu, memory request for init container build"; no name in it can hold a space.
const SENTENCE = /^([^ ]+(?:, [^ ]+)*) (request|limit) for (init )?container ([^ ]+)$/;

/**
 * The marks of the annotation `kubernetes.io/limit-ranger`. Whoever creates a Pod can write it too, and where a
 * namespace has several LimitRanges, it speaks of the last that changed anything. What is not of its form is passed over.
 */
// https://github.com/kubernetes/kubernetes/blob/v1.36.0/plugin/pkg/admission/limitranger/admission.go#L236-L292
export function readLimitRanger(text: string | undefined): LimitRangerMarks {
  if (text?.startsWith(PREFIX) !== true) return new Set();
  return new Set(text.slice(PREFIX.length).split("; ").flatMap(readEntries).map(keyOf));
}

/** Whether LimitRanger, not the Pod's creator, gave a container this request or limit. */
export const wasSetByLimitRanger = (marks: LimitRangerMarks, entry: ResourceEntry): boolean =>
  marks.has(keyOf(entry));

function readEntries(sentence: string): ResourceEntry[] {
  const [, resources, kind, init, container] = SENTENCE.exec(sentence) ?? [];
  if (resources === undefined || container === undefined) return [];
  return resources.split(", ").map((resource) => ({
    container,
    kind: kind === "limit" ? "limits" : "requests",
    resource,
    init: init !== undefined,
  }));
}

const keyOf = ({ container, kind, resource, init }: ResourceEntry): string =>
  JSON.stringify([container, kind, resource, init]);
