import { type PlacedContainer } from "../kubernetes/containers.ts";
import { sameButForDefaults } from "../kubernetes/defaults.ts";
import { type EnvVar } from "../kubernetes/pod.ts";
import { type Joining } from "./join.ts";
import { type Turn } from "./turn.ts";

const OVERRULED = "of the Pod gives way to what the policy sets";

type ContainerPath = PlacedContainer["path"];

/** Gives the container the variable. The last one of a name wins there: every one of the name gets this value. */
export function setVariable(turn: Turn, path: ContainerPath, { value, cause }: Joining<EnvVar>): void {
  const places = placesOf(turn, path, value.name);
  for (const { index, current } of places)
    if (isSameVariable(current, value)) turn.draft.hold([...path, "env", index], cause);
    else {
      turn.findOfPolicy("pod-overruled", [...path, "env", index], { message: OVERRULED, rule: cause.rule });
      turn.draft.write([...path, "env", index], value, cause);
    }
  if (places.length === 0) turn.draft.append([...path, "env"], value, cause);
}

/** Gives the container the variable where it has none of the name. */
export function addVariable(turn: Turn, path: ContainerPath, { value, cause }: Joining<EnvVar>): void {
  const [first] = placesOf(turn, path, value.name);
  if (first === undefined) turn.draft.append([...path, "env"], value, cause);
  else if (isSameVariable(first.current, value)) turn.draft.hold([...path, "env", first.index], cause);
}

/** Gives the container the variable behind those that it has. */
export function appendVariable(turn: Turn, path: ContainerPath, { value, cause }: Joining<EnvVar>): void {
  const last = placesOf(turn, path, value.name).at(-1);
  if (last !== undefined && isSameVariable(last.current, value))
    turn.draft.hold([...path, "env", last.index], cause);
  else turn.draft.append([...path, "env"], value, cause);
}

function placesOf(turn: Turn, path: ContainerPath, name: string): { index: number; current: EnvVar }[] {
  const list = turn.draft.read([...path, "env"]);
  // The Pod's shape was checked before it came here.
  const variables = Array.isArray(list) ? (list as EnvVar[]) : [];
  return variables.flatMap((current, index) => (current.name === name ? [{ index, current }] : []));
}

/** Whether two variables of a name are the same. An empty value is left out when the API server writes the variable. */
export function isSameVariable(a: EnvVar, b: EnvVar): boolean {
  return (a.value ?? "") === (b.value ?? "") && sameButForDefaults(a.valueFrom, b.valueFrom);
}
