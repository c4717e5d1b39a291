import { type Path } from "../text/path.ts";
import { type Container, type EnvVar } from "../kubernetes/pod.ts";

/** What a policy does to containers' environments, as far as others must know it. */
export interface PolicyEnvironment {
  /** Variables that the policy sets; a value only where it is literal. */
  readonly set: ReadonlyMap<string, string | undefined>;
  /** Literal variables for containers that have none of the name. */
  readonly usual: ReadonlyMap<string, string>;
  /** Where the policy sets a variable of this name, itself or from a Secret. */
  readonly setBy: (name: string) => Path | undefined;
  /** Whether the variable is as the policy wants it, rather than of the step's making. */
  readonly owns: (variable: EnvVar) => boolean;
  /** Secrets whose keys the policy itself gives a container. */
  readonly secrets: ReadonlySet<string>;
}

/**
 * The literal variables of the step container as it will be, with what the policy writes: after a first decision that
 * stands in the container, and a second one must read the same.
 */
export function literalEnvironment(
  { env = [] }: Container,
  policy: PolicyEnvironment,
): ReadonlyMap<string, string> {
  const literals = new Map(policy.usual);
  for (const { name } of env) literals.delete(name);
  for (const { name, value, valueFrom } of env) if (valueFrom === undefined) literals.set(name, value ?? "");
  for (const [name, value] of policy.set)
    if (value === undefined) literals.delete(name);
    else literals.set(name, value);
  return literals;
}

/** One variable of `literalEnvironment`, without making the rest of it. */
export function literalVariable(
  { env = [] }: Container,
  name: string,
  policy: PolicyEnvironment,
): string | undefined {
  if (policy.set.has(name)) return policy.set.get(name);
  let isThere = false;
  let literal: string | undefined;
  // Dozens of variables are looked at for each Pod: one pass, and nothing is made.
  for (const variable of env) {
    if (variable.name !== name) continue;
    isThere = true;
    if (variable.valueFrom === undefined) literal = variable.value ?? "";
  }
  return isThere ? literal : policy.usual.get(name);
}
