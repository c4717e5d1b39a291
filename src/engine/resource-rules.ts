import { type z } from "zod";

import { isDnsLabel, isResourceName } from "../kubernetes/names.ts";
import { across, listOf, mapOf, oneOf, strict } from "../text/schema.ts";
import { isOpen } from "./bounds.ts";
import { flagGate } from "./gates.ts";
import { nodeLabels } from "./node-labels.ts";
import { type Verbs } from "./policy.ts";
import {
  agree,
  type Amounts,
  amount,
  amounts,
  isSameAmount,
  type Resources,
  resourceMembers,
  resourcesSchema,
  agreeing,
} from "./resource-schema.ts";
import { type StringMap } from "./string-map.ts";
import { type Toleration, toleration } from "./toleration-schema.ts";

/** Resources, and the nodes that have them, under a name that a step may ask for. */
export interface ResourceClass extends Resources {
  readonly nodeSelector?: StringMap | undefined;
  readonly tolerations?: readonly Toleration[] | undefined;
}

/** What no container, and no Pod as a whole, may leave, whoever asked. */
export interface ResourceBounds {
  /** The least of a request or limit that is there. */
  readonly min?: Amounts | undefined;
  /** The most of a container. */
  readonly max?: Amounts | undefined;
  /** The most of all containers together, counted as the scheduler does. */
  readonly maxPod?: Amounts | undefined;
  /** How many times its request a limit may be. */
  readonly maxLimitRequestRatio?: Amounts | undefined;
  readonly onExceed?: "clamp" | "warn" | "deny" | undefined;
}

/** The words of a policy that bound resources. */
export const BOUNDS = [
  "min",
  "max",
  "maxPod",
  "maxLimitRequestRatio",
] as const satisfies readonly (keyof ResourceBounds)[];

/** The section of a policy about resources. */
export interface ResourceRules extends Verbs<Resources, boolean>, ResourceBounds {
  /** Of policies of the namespace, what raises amounts: only a step could have asked for more, and in its own container. No text of a policy says it. */
  readonly ofStep?: Pick<ResourceBounds, "min" | "maxLimitRequestRatio"> | undefined;
  readonly classes?: Readonly<Record<string, ResourceClass>> | undefined;
}

const resourceClass: z.ZodType<ResourceClass> = agreeing(
  strict({
    ...resourceMembers,
    nodeSelector: nodeLabels
      .optional()
      .describe("Nodes that have it. The administrator's grant: no gate of steps holds."),
    tolerations: listOf(toleration)
      .optional()
      .describe("The taints of those nodes. The administrator's grant, too."),
  }),
);

const ratio = amount.refine((value) => agree("", "1", value), {
  error: "is not a ratio: a number from 1 up",
});

/** The most of a resource. A kubelet takes a limit of 0 for none at all: as a bound it would let everything pass. */
const most: z.ZodType<Amounts> = across(amounts, (bounds, complain) => {
  for (const [name, bound] of Object.entries(bounds))
    if (isOpen(name) && isSameAmount(bound, "0"))
      complain(
        [name],
        "is no bound, as a limit of 0 is no limit to a kubelet; write the least that is meant",
      );
});

/** The section `resources`. */
export const resourcesSection: z.ZodType<ResourceRules> = strict({
  set: resourcesSchema
    .optional()
    .describe("Always, for every container that has resources; no step can change it."),
  default: resourcesSchema.optional().describe("When neither the step nor the Pod says otherwise."),
  fromStep: flagGate.optional().describe("What a step may ask for."),
  min: amounts
    .optional()
    .describe("The least that a container may request or be limited to; what is not there is not made."),
  max: most
    .optional()
    .describe(
      "The most that a container may request or be limited to. A container without a limit for cpu, memory or ephemeral-storage gets this one.",
    ),
  maxPod: most.optional().describe("The most of all containers together, counted as the scheduler does."),
  maxLimitRequestRatio: mapOf({ test: isResourceName, wanted: "a resource" }, ratio)
    .optional()
    .describe("How many times its request a limit may be."),
  onExceed: oneOf(["clamp", "warn", "deny"])
    .optional()
    .describe(
      "What becomes of more: brought within the bounds, admitted with a word, or denied. Default clamp.",
    ),
  classes: mapOf({ test: isDnsLabel, wanted: "a DNS label" }, resourceClass)
    .optional()
    .describe("Resources by name, for the option resourceClass."),
});
