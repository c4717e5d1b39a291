import { deepEqual } from "../kubernetes/equality.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type Path } from "../text/path.ts";
import { Draft } from "./draft.ts";
import { type Finding, type FindingCode } from "./finding.ts";
import { readFields } from "./pod-word/fields.ts";
import { hearingOf } from "./pod-word/hearing.ts";
import { readMetadata } from "./pod-word/metadata.ts";
import { readResources } from "./pod-word/resources.ts";
import { readScheduling } from "./pod-word/scheduling.ts";
import { readSecurity } from "./pod-word/security.ts";
import { type Hearing, type Statement } from "./pod-word/statement.ts";
import { readVariables } from "./pod-word/variables.ts";
import { readVolumes } from "./pod-word/volumes.ts";
import { type Scene } from "./scene.ts";

const readers: readonly ((hearing: Hearing) => Statement[])[] = [
  readMetadata,
  readScheduling,
  readVolumes,
  readVariables,
  readResources,
  readSecurity,
  readFields,
];

/**
 * Takes out of the draft what an untrusted Pod says and nobody grants, before the mutations have their turn: they find a
 * Pod that never said it. Each thing that the Pod says is judged by the gate of the option that would ask for it, or by
 * the table of fields that no option asks for. What no gate grants may still be the policy's own: after a first decision
 * the Pod says all that was written into it. So the decision is made once in vain, about the Pod without any of it, by
 * `decide`: what that Pod is given stands, and the rest is taken out and told. A note of what was written earlier is not
 * read for this: whoever makes a Pod could forge it.
 */
export function takeOutUngranted(
  draft: Draft,
  { scene, findings, decide }: { scene: Scene; findings: Finding[]; decide: (pod: Pod) => Pod },
): void {
  const hearing = hearingOf(scene);
  const ungranted = readers.flatMap((read) => read(hearing));
  if (ungranted.length === 0) return;
  const decided = decide(without(scene.pod, ungranted));
  const gone = ungranted.filter(({ stands }) => !stands(decided));
  takeOut(draft, gone);
  const told = gone.filter(({ isPartOfOther }) => isPartOfOther?.(decided) !== true);
  // Without it the Pod could have less protection than its creator gave it, which is more than the cluster grants.
  const usual = scene.policy.isTrustedByCluster ? "pod-denied" : "pod-refused";
  findings.push(...told.map((one) => findingOf(one, usual)));
}

function without(pod: Pod, statements: readonly Statement[]): Pod {
  const draft = new Draft(pod);
  takeOut(draft, statements);
  return draft.pod;
}

/** From the end of each list to its beginning, so that no place moves before it was looked at. */
function takeOut(draft: Draft, statements: readonly Statement[]): void {
  const removals = statements
    .flatMap(({ path, rule, also = [] }) => [path, ...also].map((one) => ({ path: one, rule })))
    .sort((a, b) => compare(b.path, a.path));
  for (const [index, { path, rule }] of removals.entries())
    if (!deepEqual(path, removals[index - 1]?.path)) draft.remove(path, { rule });
}

function compare(a: Path, b: Path): number {
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (step === other) continue;
    if (typeof step === "number" && typeof other === "number") return step - other;
    return String(step) < String(other) ? -1 : 1;
  }
  return a.length - b.length;
}

function findingOf({ path, value, code, message, rule }: Statement, usual: FindingCode): Finding {
  return { code: code ?? usual, path, asked: textOf(value), message, rule };
}

/** Enough to know it again; the quotes of JSON would be quoted once more. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value).replaceAll('"', "");
}
