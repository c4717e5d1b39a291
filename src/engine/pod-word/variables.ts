import { allContainers, type PlacedContainer } from "../../kubernetes/containers.ts";
import { sameButForDefaults } from "../../kubernetes/defaults.ts";
import { type EnvVar, type Pod } from "../../kubernetes/pod.ts";
import { type FieldRow } from "../field-row.ts";
import { fateOf } from "../untrusted-fields.ts";
import { isSameVariable } from "../variables.ts";
import { stepSecret } from "./creator.ts";
import { type Hearing, type Objection, standsIn, type Statement } from "./statement.ts";

type Source = Readonly<Record<string, unknown>>;

/** The variables that the containers have from elsewhere: Secrets and ConfigMaps. */
export function readVariables(hearing: Hearing): Statement[] {
  return allContainers(hearing.pod).flatMap((place) => [
    ...readEnv(hearing, place),
    ...readEnvFrom(hearing, place),
  ]);
}

/** The container without the variables that no gate grants: what options refer to must be the same in a second decision. */
export function withoutUngrantedVariables(hearing: Hearing, place: PlacedContainer): PlacedContainer {
  const gone = readEnv(hearing, place).map(({ path }) => path.at(-1));
  if (gone.length === 0) return place;
  const env = (place.container.env ?? []).filter((_, index) => !gone.includes(index));
  return { ...place, container: { ...place.container, env } };
}

/** Whether the variable has its value from a Secret that the agent did not make of the step's own. */
export function isFromSecret({ valueFrom }: EnvVar, pod: Pod): boolean {
  const name = nameOf(valueFrom?.["secretKeyRef"]);
  return name !== undefined && name !== stepSecret(pod);
}

function readEnv(hearing: Hearing, { path, container }: PlacedContainer): Statement[] {
  const list = [...path, "env"];
  return (container.env ?? []).flatMap((variable, index) => {
    const { name, valueFrom } = variable;
    const objection =
      valueFrom === undefined ? undefined : objectionTo(hearing, "env[].valueFrom", valueFrom);
    if (objection === undefined) return [];
    // The API server's schema has checked the items.
    const isSame = (item: unknown): boolean =>
      (item as EnvVar).name === name && isSameVariable(item as EnvVar, variable);
    return [{ path: [...list, index], value: valueFrom, ...objection, stands: standsIn(list, isSame) }];
  });
}

function readEnvFrom(hearing: Hearing, { path, container }: PlacedContainer): Statement[] {
  const list = [...path, "envFrom"];
  return (container.envFrom ?? []).flatMap((value, index) => {
    const objection = objectionTo(hearing, "envFrom[]", value);
    if (objection === undefined) return [];
    const stands = standsIn(list, (item) => sameButForDefaults(item, value));
    return [{ path: [...list, index], value, ...objection, stands }];
  });
}

function objectionTo(
  hearing: Hearing,
  level: "env[].valueFrom" | "envFrom[]",
  source: Source,
): Objection | undefined {
  for (const [kind, reference] of Object.entries(source)) {
    const row = fateOf(level, kind);
    const objection = row?.fate === "judged" ? judge(hearing, reference) : tableObjection(hearing, row);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function judge({ pod, object }: Hearing, reference: unknown): Objection | undefined {
  const name = nameOf(reference) ?? "";
  return name !== "" && name === stepSecret(pod) ? undefined : object("secrets", [{ name }]);
}

/** What the table says of a kind that no option asks for. */
export function tableObjection({ scene }: Hearing, row: FieldRow | undefined): Objection | undefined {
  if (row?.fate === "kept") return undefined;
  const why = row?.why ?? "this version does not know the kind";
  return { message: `of the Pod is not granted: ${why}`, rule: scene.policy.ruleAt(["trustPod"]) };
}

function nameOf(reference: unknown): string | undefined {
  if (typeof reference !== "object" || reference === null || !("name" in reference)) return undefined;
  return typeof reference.name === "string" ? reference.name : undefined;
}
