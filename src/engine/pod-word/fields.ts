import { allContainers } from "../../kubernetes/containers.ts";
import { deepEqual } from "../../kubernetes/equality.ts";
import { type Pod } from "../../kubernetes/pod.ts";
import { type Path } from "../../text/path.ts";
import { type FieldRow } from "../field-row.ts";
import { type Level, UNTRUSTED_FIELDS } from "../untrusted-fields.ts";
import { registrySecret } from "./creator.ts";
import { isEmptyValue } from "./empty.ts";
import { type Hearing, standsAt, standsIn, type Statement } from "./statement.ts";
import { tokenPaths } from "./token-paths.ts";
import { valueAt } from "../../text/value-at.ts";

/** Any item of a list. */
const EACH = "[]";

interface Plan {
  readonly places: (pod: Pod) => readonly Path[];
  readonly refused: readonly { readonly row: FieldRow; readonly steps: readonly string[] }[];
  /** The fields of the level that are known, whatever becomes of them. */
  readonly known: ReadonlySet<string>;
}

// Volumes and variables are read by their own readers, by the kinds of the table.
const plans: readonly Plan[] = [
  plan("spec", () => [["spec"]]),
  plan("spec.securityContext", () => [["spec", "securityContext"]]),
  plan("containers[]", (pod) => allContainers(pod).map(({ path }) => path)),
  plan("containers[].securityContext", (pod) =>
    allContainers(pod).map(({ path }) => [...path, "securityContext"]),
  ),
];

/** What the Pod says in fields that no option exists for, and in fields that nobody knows. */
export function readFields(hearing: Hearing): Statement[] {
  return plans.flatMap(({ places, refused, known }) =>
    places(hearing.pod).flatMap((place) => [
      ...refused.flatMap(({ row, steps }) => refusedAt(hearing, row, found(hearing.pod, place, steps))),
      ...unknownAt(hearing, place, known),
    ]),
  );
}

function plan(level: Level, places: Plan["places"]): Plan {
  const rows: readonly FieldRow[] = UNTRUSTED_FIELDS[level];
  return {
    places,
    refused: rows
      .filter(({ fate }) => fate === "refused")
      .flatMap((row) => row.fields.map((field) => ({ row, steps: stepsOf(field) }))),
    known: new Set(rows.flatMap(({ fields }) => fields.map((field) => stepsOf(field)[0] ?? ""))),
  };
}

function stepsOf(field: string): string[] {
  return field
    .split(".")
    .flatMap((step) => (step.endsWith(EACH) ? [step.slice(0, -EACH.length), EACH] : [step]));
}

/** The places below `place` that the steps lead to, where something stands. */
function found(pod: Pod, place: Path, [step, ...rest]: readonly string[]): Path[] {
  if (step === undefined) return isEmptyValue(valueAt(pod, place)) ? [] : [place];
  if (step !== EACH) return found(pod, [...place, step], rest);
  const items = valueAt(pod, place);
  return Array.isArray(items) ? items.flatMap((_, index) => found(pod, [...place, index], rest)) : [];
}

function refusedAt({ pod, scene }: Hearing, { why, unless }: FieldRow, paths: readonly Path[]): Statement[] {
  return paths.flatMap((path) => {
    const value = valueAt(pod, path);
    if (unless?.holds(value) === true || isOwnPullSecret(pod, path, value)) return [];
    return {
      path,
      value,
      message: `of the Pod is not granted: ${why}`,
      rule: scene.policy.ruleAt(["trustPod"]),
      stands: isItem(path)
        ? standsIn(path.slice(0, -1), (item) => deepEqual(item, value))
        : standsAt(path, value),
      also: companions(pod, path),
    };
  });
}

const isItem = (path: Path): boolean => typeof path.at(-1) === "number";

function isOwnPullSecret(pod: Pod, path: Path, value: unknown): boolean {
  return path[1] === "imagePullSecrets" && deepEqual(value, { name: registrySecret(pod) });
}

/** What makes no sense, or is another one's, without the field. */
function companions(pod: Pod, path: Path): Path[] {
  const beside = (field: string): Path => [...path.slice(0, -1), field];
  switch (path.at(-1)) {
    case "priorityClassName":
      return [beside("priority"), beside("preemptionPolicy")];
    case "hostPort":
      return [beside("hostIP")];
    case "automountServiceAccountToken":
      return tokenPaths(pod);
    default:
      return [];
  }
}

function unknownAt({ pod, scene }: Hearing, place: Path, known: ReadonlySet<string>): Statement[] {
  const fields = valueAt(pod, place);
  // Who trusts the Pod trusts it in what nobody knows, and no policy of a namespace takes it out.
  if (typeof fields !== "object" || fields === null || scene.policy.isTrustedByCluster) return [];
  return Object.entries(fields)
    .filter(([field]) => !known.has(field))
    .map(([field, value]) => ({
      path: [...place, field],
      value: value as unknown,
      code: "pod-field-unknown",
      message: "of the Pod is taken out: this version does not know what the field grants",
      rule: scene.policy.ruleAt(["trustPod"]),
      stands: standsAt([...place, field], value),
    }));
}
