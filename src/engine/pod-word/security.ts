import { allContainers, type PlacedContainer } from "../../kubernetes/containers.ts";
import { deepEqual } from "../../kubernetes/equality.ts";
import { type Pod } from "../../kubernetes/pod.ts";
import { type Path } from "../../text/path.ts";
import { APPARMOR_PREFIX } from "../annotations.ts";
import { type Profile, type SecurityGates } from "../security-schema.ts";
import { type Hearing, type Objection, type Statement } from "./statement.ts";
import { valueAt } from "../../text/value-at.ts";

const APPARMOR = "appArmorProfile";

const POD_FIELDS = [
  ...["runAsUser", "runAsGroup", "runAsNonRoot", "fsGroup", "fsGroupChangePolicy"],
  ...["seccompProfile", APPARMOR],
];

const CONTAINER_FIELDS = [
  ...["privileged", "runAsUser", "runAsGroup", "runAsNonRoot"],
  ...["seccompProfile", APPARMOR],
];

const POD_CONTEXT = ["spec", "securityContext"];

/** The security settings of the Pod and of every container, each judged by its own image and environment. */
export function readSecurity(hearing: Hearing): Statement[] {
  const { pod, scene } = hearing;
  return [
    ...readContext(hearing, { fields: POD_FIELDS, path: POD_CONTEXT, place: scene.step }),
    ...allContainers(pod).flatMap((place) => [
      ...readContext(hearing, { fields: CONTAINER_FIELDS, path: [...place.path, "securityContext"], place }),
      ...readEscalation(hearing, [...place.path, "securityContext"]),
    ]),
    ...readAnnotations(hearing),
  ];
}

interface Context {
  readonly fields: readonly string[];
  readonly path: Path;
  readonly place: PlacedContainer;
}

function readContext(hearing: Hearing, { fields, path, place }: Context): Statement[] {
  const { pod, objections } = hearing;
  const said = fields.flatMap((field) => {
    const value = valueAt(pod, [...path, field]);
    return value === undefined || isLess(field, value) ? [] : [{ field, value, option: optionOf(field) }];
  });
  if (said.length === 0) return [];
  const asked = Object.fromEntries(said.map(({ option, value }) => [option, value]));
  const refused = objections("securityContext", asked, place);
  return said.flatMap(({ field, value, option }) => {
    const objection = refused.get(option) ?? refused.get("") ?? objectionToOther(hearing, place, field);
    if (objection === undefined) return [];
    // What holds for the container already, it may say itself.
    const stands = (decided: Pod): boolean =>
      deepEqual(effective(decided, path, field), value) || isUsual(hearing, place, { field, value });
    return [{ path: [...path, field], value, ...objection, stands }];
  });
}

/** A profile that the step's container has by default; once a standard has filled in the Pod's, the default has no turn any more. */
function isUsual(
  { scene }: Hearing,
  place: PlacedContainer,
  { field, value }: { readonly field: string; readonly value: unknown },
): boolean {
  const isStep = place.path.join() === scene.step.path.join();
  const usual = valueAt(scene.policy.sections["securityContext"], ["default", field]);
  return isStep && field === "seccompProfile" && deepEqual(usual, value);
}

/**
 * That every step may be privileged is no word about other containers than the step's own, by whose image the policy may
 * have been chosen: a step cannot ask for them. Where images are named, each container is judged by its own.
 */
function objectionToOther({ scene }: Hearing, place: PlacedContainer, field: string): Objection | undefined {
  const isStep = place.path.join() === scene.step.path.join();
  // The schema of the section has checked it.
  const gate = scene.policy.sections["securityContext"]?.fromStep as boolean | SecurityGates | undefined;
  const isForAll = typeof gate === "object" && gate.privileged === true;
  if (field !== "privileged" || isStep || !isForAll) return undefined;
  return {
    message: "of the Pod is not granted: it is the step's own container that may be privileged",
    rule: scene.policy.ruleAt(["securityContext", "fromStep", "privileged"]),
  };
}

/** To escalate comes with privileged mode, and whether the container will be privileged is not for one gate to say. */
function readEscalation({ pod, scene }: Hearing, context: Path): Statement[] {
  const path = [...context, "allowPrivilegeEscalation"];
  if (valueAt(pod, path) !== true) return [];
  return [
    {
      path,
      value: true,
      message: "of the Pod is not granted; it comes with privileged mode only",
      rule: scene.policy.ruleAt(["securityContext", "fromStep", "privileged"]),
      stands: (decided) =>
        valueAt(decided, path) === true || valueAt(decided, [...context, "privileged"]) === true,
    },
  ];
}

const optionOf = (field: string): string => (field === APPARMOR ? "apparmorProfile" : field);

/** What only takes rights away: a Pod that is not trusted must not have more for it. */
function isLess(field: string, value: unknown): boolean {
  switch (field) {
    case "privileged":
      return value === false;
    case "runAsNonRoot":
      return value === true;
    default:
      return (value as { type?: unknown }).type === "RuntimeDefault";
  }
}

/** What holds for a container: its own word, else the Pod's, else its annotation for AppArmor. */
function effective(decided: Pod, path: Path, field: string): unknown {
  const own = valueAt(decided, [...path, field]) ?? valueAt(decided, [...POD_CONTEXT, field]);
  if (own !== undefined || field !== APPARMOR) return own;
  const name = valueAt(decided, [...path.slice(0, -1), "name"]);
  const annotation = decided.metadata?.annotations?.[APPARMOR_PREFIX + String(name)];
  return annotation === undefined ? undefined : profileOf(annotation);
}

/** The profiles as Kubernetes before 1.30 has them. */
function readAnnotations({ pod, objections }: Hearing): Statement[] {
  return Object.entries(pod.metadata?.annotations ?? {}).flatMap(([key, value]) => {
    if (!key.startsWith(APPARMOR_PREFIX)) return [];
    const profile = profileOf(value);
    if (isLess(APPARMOR, profile)) return [];
    const refused = objections("securityContext", { apparmorProfile: profile });
    const objection = refused.get("apparmorProfile") ?? refused.get("");
    if (objection === undefined) return [];
    const stands = (decided: Pod): boolean => holdsFor(decided, key, { value, profile });
    return [{ path: ["metadata", "annotations", key], value, ...objection, stands }];
  });
}

function holdsFor(
  decided: Pod,
  key: string,
  { value, profile }: { value: string; profile: Profile },
): boolean {
  if (decided.metadata?.annotations?.[key] === value) return true;
  const place = allContainers(decided).find(({ container }) => APPARMOR_PREFIX + container.name === key);
  return (
    place !== undefined &&
    deepEqual(effective(decided, [...place.path, "securityContext"], APPARMOR), profile)
  );
}

/** What is none of the three is refused by the API server; until then it counts as the widest. */
function profileOf(annotation: string): Profile {
  if (annotation === "runtime/default") return { type: "RuntimeDefault" };
  if (annotation.startsWith("localhost/"))
    return { type: "Localhost", localhostProfile: annotation.slice("localhost/".length) };
  return { type: "Unconfined" };
}
