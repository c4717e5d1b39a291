import { lastingContainers, type PlacedContainer } from "../../kubernetes/containers.ts";
import { covers } from "../../kubernetes/equality.ts";
import { type EnvVar } from "../../kubernetes/pod.ts";
import { isEnvName } from "../../kubernetes/names.ts";
import { either, json, listOf, mapOf, strict, text } from "../../text/schema.ts";
import { definePolicyMutation } from "../mutation.ts";
import { policySection } from "../section.ts";
import { type Ruled, type Turn } from "../turn.ts";

const name = { test: isEnvName, wanted: "the name of an environment variable" };

const variable = strict({ name: text(name), value: text().optional(), valueFrom: json.optional() });

/** A policy's variables: a map from name to value, or a list of EnvVar. */
export type Environment = Readonly<Record<string, string>> | readonly EnvVar[];

const environment = either("a map from name to value or a list of EnvVar", [
  mapOf(name, text()),
  listOf(variable),
]);

/** The containers' `env`, all but the ephemeral ones'. A step cannot ask; its own `environment` is its creator's business. */
export const env = definePolicyMutation<Environment>({
  about: "Environment variables of every container that the Pod is created with.",
  // `value` and `valueFrom` are left out rather than undefined: the reader makes no undefined members.
  section: policySection(environment as never),
  apply: (turn, { set, default: fallback }) => {
    for (const place of lastingContainers(turn.draft.pod)) {
      for (const wanted of variablesOf(turn, "set", set)) setVariable(turn, place, wanted);
      for (const wanted of variablesOf(turn, "default", fallback)) addVariable(turn, place, wanted);
    }
  },
});

/** The names that an environment gives a value. */
export function environmentNames(value: Environment | undefined): string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map((one: EnvVar) => one.name) : Object.keys(value);
}

function variablesOf(turn: Turn, verb: "set" | "default", value: Environment | undefined): Ruled<EnvVar>[] {
  if (value === undefined) return [];
  if (Array.isArray(value))
    return value.map((one: EnvVar, index) => ({ value: one, rule: turn.rule(verb, index) }));
  return Object.entries(value).map(([key, words]) => ({
    value: { name: key, value: String(words) },
    rule: turn.rule(verb, key),
  }));
}

/** The last variable of a name wins in a container: every one of the name gets the policy's value. */
function setVariable(turn: Turn, { path }: PlacedContainer, { value, rule }: Ruled<EnvVar>): void {
  const places = placesOf(turn, path, value.name);
  for (const { index, current } of places)
    if (covers(current, value)) turn.draft.hold([...path, "env", index], { rule });
    else turn.draft.write([...path, "env", index], value, { rule });
  if (places.length === 0) turn.draft.append([...path, "env"], value, { rule });
}

function addVariable(turn: Turn, { path }: PlacedContainer, { value, rule }: Ruled<EnvVar>): void {
  const [first] = placesOf(turn, path, value.name);
  if (first === undefined) turn.draft.append([...path, "env"], value, { rule });
  else if (covers(first.current, value)) turn.draft.hold([...path, "env", first.index], { rule });
}

function placesOf(
  turn: Turn,
  path: PlacedContainer["path"],
  name: string,
): { index: number; current: EnvVar }[] {
  const list = turn.draft.read([...path, "env"]);
  // The Pod's shape was checked before it came here.
  const variables = Array.isArray(list) ? (list as EnvVar[]) : [];
  return variables.flatMap((current, index) => (current.name === name ? [{ index, current }] : []));
}
