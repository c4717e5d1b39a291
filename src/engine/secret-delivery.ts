import { type EnvVar } from "../kubernetes/pod.ts";
import { type Path } from "../text/path.ts";
import { type Cause } from "./draft.ts";
import { join, joinInFront, type Joining, joinLast } from "./join.ts";
import { mount } from "./mount.ts";
import { takenBy, wholeSecretsOfPolicy } from "./policy-places.ts";
import { type SecretRequest } from "./secret-request.ts";
import { type Turn } from "./turn.ts";
import { existingVolume, volumeNamed } from "./volume-name.ts";
import { addVariable, appendVariable, setVariable } from "./variables.ts";

/** Who wants it delivered: the policy by one of its verbs, or the step by the option at `path`. */
export type Order = { readonly cause: Cause } & (
  { readonly by: "set" | "default" } | { readonly by: "step"; readonly path: Path }
);

/** Gives the step container the secret as Woodpecker does: a file before a variable, one variable before all keys. */
export function deliverSecret(turn: Turn, secret: SecretRequest, order: Order): void {
  const { name, key, target } = secret;
  if (target?.file !== undefined) deliverFile(turn, { name, key, file: target.file }, order);
  else if (key === undefined) deliverAll(turn, name, order);
  else {
    const variable = target?.env ?? key.toUpperCase();
    deliverVariable(turn, { name: variable, valueFrom: { secretKeyRef: { name, key } } }, order);
  }
}

/** Of two sources of one variable the last one wins: what is set goes last, and nobody may ask for it earlier. */
function deliverAll(turn: Turn, name: string, { by, cause }: Order): void {
  const field = [...turn.scene.step.path, "envFrom"];
  const item = [{ value: { secretRef: { name } }, cause }];
  if (by === "default") joinInFront(turn, field, item);
  else if (by === "set") joinLast(turn, field, wholeSecrets(turn));
  // What the policy gives anyway need not be given twice.
  else if (!wholeSecrets(turn).some(({ value }) => value.secretRef.name === name)) join(turn, field, item);
}

/** All Secrets of which the policy sets every key: together they are the end of the list. */
function wholeSecrets(turn: Turn): Joining<{ secretRef: { name: string } }>[] {
  const { policy } = turn.scene;
  return wholeSecretsOfPolicy(policy).map(({ name, path }) => ({
    value: { secretRef: { name } },
    cause: { rule: policy.ruleAt(path) },
  }));
}

function deliverVariable(turn: Turn, value: EnvVar, order: Order): void {
  const { path } = turn.scene.step;
  const { environment, ruleAt } = turn.scene.policy;
  const joining = { value, cause: order.cause };
  const setBy = environment.setBy(value.name);
  switch (order.by) {
    case "set":
      setVariable(turn, path, joining);
      return;
    case "default":
      addVariable(turn, path, joining);
      return;
    case "step":
      if (setBy === undefined)
        // At the end, where it wins over a plain variable of the same name, as with Woodpecker.
        appendVariable(turn, path, joining);
      else
        turn.find("name-taken", order.path, {
          message: "is not given: the policy sets a variable of this name",
          rule: ruleAt(setBy),
        });
  }
}

interface SecretFile {
  readonly name: string;
  readonly key: string | undefined;
  readonly file: string;
}

function deliverFile(turn: Turn, { name, key, file }: SecretFile, order: Order): void {
  const volume = { name, source: { secret: { secretName: name } } };
  const how = { mountPath: file, ...(key === undefined ? {} : { subPath: key }), readOnly: true };
  const { step } = turn.scene;
  if (order.by !== "set") {
    const rule = takenBy(turn, { name: existingVolume(turn, volume) ?? "", ...how });
    const message = "is not mounted: something else stands at this mount path";
    if (rule !== undefined && order.by === "step") turn.find("mount-taken", order.path, { message, rule });
    if (rule !== undefined) return;
  }
  const { cause } = order;
  const mounted = volumeNamed(turn, volume, cause);
  mount(turn, step, { value: { name: mounted, ...how }, cause });
  if (order.by === "step") tellMounted(turn, order.path, { name, mounted, file });
}

function tellMounted(
  turn: Turn,
  path: Path,
  { name, mounted, file }: Record<"name" | "mounted" | "file", string>,
): void {
  if (mounted !== name)
    turn.find("volume-renamed", path, { message: "is mounted from a volume of another name" });
  if (file.startsWith("~"))
    turn.find("home-not-expanded", path, { message: "has a `~` that nobody expands" });
}
