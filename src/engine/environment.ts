import { type Path } from "../text/path.ts";
import { type Container, type EnvVar } from "../kubernetes/pod.ts";

/** What a policy does to containers' environments, as far as others must know it. */
export interface PolicyEnvironment {
  /** Variables that the policy sets; a value only where it is literal. */
  readonly set: ReadonlyMap<string, string | undefined>;
  /** Where the policy sets a variable of this name, itself or from a Secret. */
  readonly setBy: (name: string) => Path | undefined;
  /** Whether the variable is as the policy wants it, rather than of the step's making. */
  readonly owns: (variable: EnvVar) => boolean;
  /** Secrets whose keys the policy itself gives a container. */
  readonly secrets: ReadonlySet<string>;
}

/**
 * The literal variables of the step container, with what the policy sets laid over them: after a first decision they
 * stand in the container, and a second one must read the same.
 */
export function literalEnvironment(
  container: Container,
  policy: PolicyEnvironment,
): ReadonlyMap<string, string> {
  const literals = new Map<string, string>();
  for (const { name, value, valueFrom } of container.env ?? [])
    if (valueFrom === undefined) literals.set(name, value ?? "");
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
  const variable = env.findLast((one) => one.name === name && one.valueFrom === undefined);
  return variable === undefined ? undefined : (variable.value ?? "");
}
