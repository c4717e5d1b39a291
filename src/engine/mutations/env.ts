import { lastingContainers } from "../../kubernetes/containers.ts";
import { type EnvVar } from "../../kubernetes/pod.ts";
import { isEnvName } from "../../kubernetes/names.ts";
import { across, either, json, listOf, mapOf, strict, text } from "../../text/schema.ts";
import { type Joining, ruledItems } from "../join.ts";
import { definePolicyMutation } from "../mutation.ts";
import { policySection } from "../section.ts";
import { type Turn } from "../turn.ts";
import { addVariable, setVariable } from "../variables.ts";

const name = { test: isEnvName, wanted: "the name of an environment variable" };

const variable = across(
  strict({ name: text(name), value: text().optional(), valueFrom: json.optional() }),
  ({ value, valueFrom }, complain) => {
    if (value !== undefined && valueFrom !== undefined)
      complain([], "is not a variable: value and valueFrom exclude each other");
  },
);

/** A policy's variables: a map from name to value, or a list of EnvVar. */
type Environment = Readonly<Record<string, string>> | readonly EnvVar[];

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
    for (const { path } of lastingContainers(turn.draft.pod)) {
      for (const variable of variablesOf(turn, "set", set)) setVariable(turn, path, variable);
      for (const variable of variablesOf(turn, "default", fallback)) addVariable(turn, path, variable);
    }
  },
});

function variablesOf(turn: Turn, verb: "set" | "default", value: Environment | undefined): Joining<EnvVar>[] {
  // Merging layers makes a list of either form.
  return ruledItems(turn, verb, value as readonly EnvVar[] | undefined);
}
