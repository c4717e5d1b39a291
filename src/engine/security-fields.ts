import { allContainers, type PlacedContainer } from "../kubernetes/containers.ts";
import { type Path } from "../text/path.ts";
import { APPARMOR_PREFIX } from "./annotations.ts";
import { claimsOf, type WantedSecurity } from "./security-claims.ts";
import { type Profile } from "./security-schema.ts";
import { type Claims, type Ruled, type Turn } from "./turn.ts";

/** Options that land in the Pod's security context, and their field there. A container's own value would override it. */
const POD_FIELDS = {
  runAsUser: "runAsUser",
  runAsGroup: "runAsGroup",
  runAsNonRoot: "runAsNonRoot",
  fsGroup: "fsGroup",
  fsGroupChangePolicy: "fsGroupChangePolicy",
  seccompProfile: "seccompProfile",
  apparmorProfile: "appArmorProfile",
} as const;

const POD_CONTEXT = ["spec", "securityContext"];

type PodOption = keyof typeof POD_FIELDS;
/** Settles the Pod's security context. What is set holds for containers that say otherwise, too; what a step asks, for its own. */
export function settlePodFields(turn: Turn, wanted: WantedSecurity): void {
  const annotated = turn.scene.policy.apparmor === "annotation";
  // The keys of the table above.
  for (const option of Object.keys(POD_FIELDS) as PodOption[])
    if (option === "apparmorProfile" && annotated) settleAnnotation(turn, wanted);
    else settlePodField(turn, option, wanted);
}

function settlePodField(turn: Turn, option: PodOption, wanted: WantedSecurity): void {
  const { set, asked, fallback } = claimsOf(turn, option, wanted);
  const field = POD_FIELDS[option];
  const isOrdered = set !== undefined || asked !== undefined;
  if (isOrdered || isUnsaid(turn, field)) turn.settle([...POD_CONTEXT, field], { set, asked, fallback });
  if (!isOrdered) return;
  const places = placesOf(turn, option, set);
  for (const place of places) overrule(turn, contextField(place, field), { set, asked });
  if (option === "apparmorProfile") syncAnnotations(turn, places, wanted);
}

/** What is set holds for every container; what a policy of the namespace sets as a step's asking would, but for what can only restrict. */
function placesOf(
  turn: Turn,
  option: PodOption,
  set: Ruled<unknown> | undefined,
): readonly PlacedContainer[] {
  const { policy, pod, step } = turn.scene;
  if (set === undefined) return [step];
  const isForStep = option !== "runAsNonRoot" && policy.isAsked([turn.id, "set", option]);
  return isForStep ? [step] : allContainers(pod);
}

/** A default is for a step that nobody said anything about, neither on the Pod nor on its container. */
function isUnsaid(turn: Turn, field: string): boolean {
  return turn.draft.read(contextField(turn.scene.step, field)) === undefined;
}

function contextField({ path }: PlacedContainer, field: string): Path {
  return [...path, "securityContext", field];
}

/** What the Pod's context says counts only where the container does not say otherwise. */
function overrule(turn: Turn, own: Path, claims: Claims<unknown>): void {
  if (turn.draft.read(own) !== undefined) turn.settle(own, claims);
}

/** The profile as Kubernetes before 1.30 wants it: an annotation for each container. */
function settleAnnotation(turn: Turn, wanted: WantedSecurity): void {
  const { set, asked } = claimsOf(turn, "apparmorProfile", wanted);
  const places = placesOf(turn, "apparmorProfile", set);
  for (const { container } of places)
    turn.settle<string>(annotationPath(container.name), annotationClaims(turn, wanted));
  if (set === undefined && asked === undefined) return;
  for (const place of places) overrule(turn, contextField(place, "appArmorProfile"), { set, asked });
  overrule(turn, [...POD_CONTEXT, "appArmorProfile"], { set, asked });
}

/** A later API server takes an annotation that stands beside the field for the container's own word. */
function syncAnnotations(turn: Turn, places: readonly PlacedContainer[], wanted: WantedSecurity): void {
  const { set, asked } = annotationClaims(turn, wanted);
  for (const { container } of places) overrule(turn, annotationPath(container.name), { set, asked });
}

function annotationClaims(turn: Turn, wanted: WantedSecurity): Claims<string> {
  const { set, asked, fallback } = claimsOf(turn, "apparmorProfile", wanted);
  return {
    set: set && { ...set, value: annotationValue(set.value) },
    asked: asked && { ...asked, value: annotationValue(asked.value) },
    fallback: fallback && { ...fallback, value: annotationValue(fallback.value) },
  };
}

function annotationPath(container: string): Path {
  return ["metadata", "annotations", `${APPARMOR_PREFIX}${container}`];
}

function annotationValue({ type, localhostProfile }: Profile): string {
  if (type === "Localhost") return `localhost/${localhostProfile ?? ""}`;
  return type === "RuntimeDefault" ? "runtime/default" : "unconfined";
}
