import { type EnvVar } from "../kubernetes/pod.ts";
import { type Path } from "../text/path.ts";
import { type Cause } from "./draft.ts";
import { join } from "./join.ts";
import { mount, occupantOf } from "./mount.ts";
import { type Turn } from "./turn.ts";
import { existingVolume, volumeNamed } from "./volume-name.ts";

/** A Secret and what the step container gets of it. */
export interface SecretRequest {
  readonly name: string;
  readonly key?: string | undefined;
  readonly target?: { readonly env?: string | undefined; readonly file?: string | undefined } | undefined;
}

/** Why it is delivered and, where a step asked, the path of its option. */
type Order = Cause & { readonly path?: Path };

/** Gives the step container the secret as Woodpecker does: a file before a variable, one variable before all keys. */
export function deliverSecret(turn: Turn, secret: SecretRequest, order: Order): void {
  const { name, key, target } = secret;
  if (target?.file !== undefined) deliverFile(turn, { name, key, file: target.file }, order);
  else if (key === undefined)
    join(
      turn,
      [...turn.scene.step.path, "envFrom"],
      [{ value: { secretRef: { name } }, cause: { rule: order.rule, asked: order.asked } }],
    );
  else {
    const variable = target?.env ?? key.toUpperCase();
    deliverVariable(turn, { name: variable, valueFrom: { secretKeyRef: { name, key } } }, order);
  }
}

function deliverVariable(turn: Turn, variable: EnvVar, { path, ...cause }: Order): void {
  const field = [...turn.scene.step.path, "env"];
  if (path !== undefined && turn.scene.policy.environment.set.has(variable.name)) {
    turn.find("name-taken", path, { message: `is not given: the policy sets the variable ${variable.name}` });
    return;
  }
  // At the end, where it wins over a plain variable of the same name, as with Woodpecker.
  join(turn, field, [{ value: variable, cause }]);
}

interface SecretFile {
  readonly name: string;
  readonly key: string | undefined;
  readonly file: string;
}

function deliverFile(turn: Turn, { name, key, file }: SecretFile, { path = [], ...cause }: Order): void {
  const source = { secret: { secretName: name } };
  const how = { mountPath: file, ...(key === undefined ? {} : { subPath: key }), readOnly: true };
  if (occupantOf(turn, turn.scene.step, { name: existingVolume(turn, source) ?? "", ...how }) === "other") {
    turn.find("mount-taken", path, { message: "is not mounted: something else stands at this mount path" });
    return;
  }
  const volume = volumeNamed(turn, source, { name, cause });
  mount(turn, turn.scene.step, { value: { name: volume, ...how }, cause });
  if (file.startsWith("~"))
    turn.find("home-not-expanded", path, { message: "has a `~` that nobody expands" });
}
