import { LRUCache } from "lru-cache";
import { type z } from "zod";

import { hugePageSize, isExtendedResource, isResourceName } from "../kubernetes/names.ts";
import {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  toThousandths,
} from "../kubernetes/quantity.ts";
import { own } from "../kubernetes/own.ts";
import { across, leaf, mapOf, strict } from "../text/schema.ts";
import { Numeric } from "../text/numeric.ts";

/** Amounts by resource name, each in the canonical form of the API server. */
export type Amounts = Readonly<Record<string, string>>;

/** What a container requests and where its limits are. */
export interface Resources {
  readonly requests?: Amounts | undefined;
  readonly limits?: Amounts | undefined;
}

/** A quantity that is not negative, also written as a number; read in its canonical form. */
export const amount: z.ZodType<string> = leaf({
  types: ["string", "number"],
  wanted:
    "a quantity: a number that is not negative, with or without a suffix, such as 2, 500m, 1.5Gi or 10G",
  meta: { examples: ["500m", 2, "1.5Gi"] },
  read: (value) => {
    const words = value instanceof Numeric ? value.source : value;
    const quantity = typeof words === "string" ? parseQuantity(words) : undefined;
    if (quantity === undefined || quantity.nanos < 0n) return undefined;
    return formatQuantity(toThousandths(quantity));
  },
});

/** Amounts by resource name. */
export const amounts: z.ZodType<Amounts> = mapOf(
  {
    test: isResourceName,
    wanted:
      "a resource: cpu, memory, ephemeral-storage, hugepages-… or a name with a domain such as nvidia.com/gpu",
  },
  amount,
);

/** The members of a map with requests and limits. */
export const resourceMembers = {
  requests: amounts.optional().describe("What the scheduler keeps free for the container."),
  limits: amounts.optional().describe("What the container cannot exceed."),
};

/** Requests and limits as a step or a policy states them. */
export const resourcesSchema: z.ZodType<Resources> = agreeing(strict(resourceMembers));

/** The schema with objections to requests and limits that no container can have together. */
export function agreeing<Value extends Resources>(schema: z.ZodType<Value>): z.ZodType<Value> {
  return across(schema, ({ requests, limits }, complain) => {
    const [requested, limited] = [wellFormed(requests), wellFormed(limits)];
    for (const [name, request] of Object.entries(requested)) {
      const message = requestProblem(name, request, {
        limit: own(limited, name),
        isLimited: Object.hasOwn(limits ?? {}, name),
      });
      if (message !== undefined) complain(["requests", name], message);
    }
    for (const [name, limit] of Object.entries(limited)) {
      const message = limitProblem(name, limit);
      if (message !== undefined) complain(["limits", name], message);
    }
  });
}

/** The amounts that are amounts: what is not has been told already. */
function wellFormed(amounts: unknown): Amounts {
  const entries = typeof amounts === "object" && amounts !== null ? Object.entries(amounts) : [];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** Extended resources and huge pages: never overcommitted, so that request and limit are one number. */
export function isIndivisible(name: string): boolean {
  return isExtendedResource(name) || name.startsWith("hugepages-");
}

/** Whether a container can have this request and this limit of a resource. */
export function agree(name: string, request: string, limit: string): boolean {
  const order = compare(request, limit);
  return isIndivisible(name) ? order === 0 : order <= 0;
}

/** Whether two amounts are the same, however they are written. */
export function isSameAmount(a: unknown, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [quantityOf(String(a)), quantityOf(b)];
  return left !== undefined && right !== undefined && compareQuantities(left, right) === 0;
}

function requestProblem(
  name: string,
  request: string,
  { limit, isLimited }: { limit: string | undefined; isLimited: boolean },
): string | undefined {
  if (limit !== undefined && !agree(name, request, limit))
    return isIndivisible(name)
      ? "is not its limit; of such a resource request and limit are one number"
      : "is above its limit";
  if (!isIndivisible(name)) return undefined;
  if (!isLimited) return "has no limit; such a resource is asked for under limits";
  return isExtendedResource(name) && !isWhole(request)
    ? "is not a whole number, as such a resource must be"
    : undefined;
}

function limitProblem(name: string, limit: string): string | undefined {
  if (isExtendedResource(name) && !isWhole(limit)) return "is not a whole number, as such a resource must be";
  const page = hugePageSize(name);
  const isInPages = page === undefined || (parseQuantity(limit)?.nanos ?? 0n) % page.nanos === 0n;
  return isInPages ? undefined : "is not a multiple of the size of its pages";
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [quantityOf(a), quantityOf(b)];
  if (left === undefined || right === undefined) return 0;
  return compareQuantities(left, right);
}

// Pods are cut from few cloths: the same amounts come again with every step.
const quantities = new LRUCache<string, Quantity>({ max: 1000 });

/** The amount that a text stands for; remembers texts that come often. */
export function quantityOf(text: string): Quantity | undefined {
  const known = quantities.get(text);
  if (known !== undefined) return known;
  const quantity = parseQuantity(text);
  if (quantity !== undefined) quantities.set(text, quantity);
  return quantity;
}

function isWhole(amount: string): boolean {
  return (parseQuantity(amount)?.nanos ?? 0n) % 1_000_000_000n === 0n;
}
