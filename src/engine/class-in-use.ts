import { own } from "../kubernetes/own.ts";
import { type Path } from "../text/path.ts";
import { type EffectivePolicy } from "./policy.ts";
import { type ResourceClass, type ResourceRules } from "./resource-rules.ts";
import { type Scene } from "./scene.ts";
import { type Granted, type Turn } from "./turn.ts";

/** The resource classes of a policy, by name. */
export function classesOf({ sections }: EffectivePolicy): Readonly<Record<string, ResourceClass>> {
  // The section's schema has checked it.
  const rules = sections["resources"] as ResourceRules | undefined;
  return rules?.classes ?? {};
}

/** The resource class that the step asks for; nothing where it asks for none, or for one that the policy does not have. */
export function classInUse({ policy, resourceClass }: Scene): ResourceClass | undefined {
  return resourceClass === undefined ? undefined : own(classesOf(policy), resourceClass);
}

/** A part of the class in use as something that the step was granted: who may use a class may have all that is in it. */
export function grantedByClass<T>(turn: Turn, path: Path, value: T): Granted<T> {
  const { policy, resourceClass = "" } = turn.scene;
  const rule = policy.ruleAt(["resources", "classes", resourceClass, ...path]);
  return { value, path: ["resourceClass"], rule };
}
