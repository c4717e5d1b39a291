import fc from "fast-check";

import { type Pod } from "#src/kubernetes/pod.ts";
import { parseQuantity } from "#src/kubernetes/quantity.ts";

/** Bounds of one resource, in its unit. */
interface Bounds {
  readonly min?: number;
  readonly max?: number;
  readonly ratio?: number;
}

/** What policy and LimitRange say about one resource. */
interface Laws {
  readonly policy: Bounds & { readonly maxPod?: number };
  readonly container: Bounds & { readonly usual?: number };
  readonly pod: Bounds;
}

const UNITS = { cpu: "", memory: "Gi" } as const;
const NAMES = ["cpu", "memory"] as const;
type Name = keyof typeof UNITS;

/** Bounds of a policy and of a LimitRange, each sound by itself, and Pods that may want more or less. */
export interface BoundCase {
  readonly laws: Readonly<Record<Name, Laws>>;
  readonly pods: readonly PodCase[];
}

/** What the step asks, and what the Pod's other containers have. */
interface PodCase {
  readonly asked: Wants;
  readonly beside: readonly Wants[];
  readonly before: readonly Wants[];
}

type Wants = Readonly<Partial<Record<"requests" | "limits", Readonly<Record<string, string>>>>>;

const few = fc.integer({ min: 1, max: 8 });
const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined });

const bounds: fc.Arbitrary<Bounds> = fc
  .record({ ends: fc.tuple(maybe(few), maybe(few)), ratio: maybe(fc.integer({ min: 1, max: 3 })) })
  .map(({ ends: [one, other], ratio }) => {
    const isInOrder = one === undefined || other === undefined || one <= other;
    const [min, max] = isInOrder ? [one, other] : [other, one];
    // A LimitRange whose ratio can never be reached is none.
    const most = min === undefined || max === undefined ? ratio : Math.min(ratio ?? 1, Math.floor(max / min));
    return given({ min, max, ratio: ratio === undefined ? undefined : most });
  });

const laws: fc.Arbitrary<Laws> = fc
  .record({ policy: bounds, maxPod: maybe(few), container: bounds, usual: maybe(few), pod: bounds })
  .map(({ policy, maxPod, container, usual, pod }) => ({
    policy: given({ ...policy, maxPod }),
    container: given({
      ...container,
      usual:
        usual === undefined
          ? undefined
          : Math.min(Math.max(usual, container.min ?? 0), container.max ?? Infinity),
    }),
    pod,
  }))
  .filter(({ policy, container, pod }) => {
    const [none, unbounded] = [{}, { policy: {}, container: {}, pod: {} }];
    const isSound = (one: Laws): boolean => [1, 2].every((count) => canBeMet(one, count));
    return isSound({ ...unbounded, policy }) && isSound({ policy: none, container, pod });
  });

const wants: fc.Arbitrary<Wants> = fc
  .record({ cpu: fc.tuple(maybe(few), maybe(few)), memory: fc.tuple(maybe(few), maybe(few)) })
  .map((wanted) => {
    const pairs = NAMES.map((name) => {
      const [one, other] = wanted[name];
      const isInOrder = one === undefined || other === undefined || one <= other;
      return { name, request: isInOrder ? one : other, limit: isInOrder ? other : one };
    });
    const amounts = (kind: "request" | "limit"): Record<string, string> =>
      Object.fromEntries(
        pairs.flatMap(({ name, [kind]: amount }) =>
          amount === undefined ? [] : [[name, `${amount}${UNITS[name]}`]],
        ),
      );
    return { requests: amounts("request"), limits: amounts("limit") };
  });

/** Cases as they come. */
export const boundCase: fc.Arbitrary<BoundCase> = fc.record({
  laws: fc.record({ cpu: laws, memory: laws }),
  pods: fc.array(
    fc.record({
      asked: wants,
      beside: fc.array(wants, { maxLength: 1 }),
      before: fc.array(wants, { maxLength: 1 }),
    }),
    { minLength: 6, maxLength: 6 },
  ),
});

/** Whether so many containers, each with some of the resource, can meet policy and LimitRange together. */
function canBeMet({ policy, container, pod }: Laws, count: number): boolean {
  const least = Math.max(policy.min ?? 0, container.min ?? 0);
  const most = Math.min(policy.max ?? Infinity, container.max ?? Infinity);
  const leastOfAll = Math.max(count * least, pod.min ?? 0);
  const mostOfAll = Math.min(count * most, policy.maxPod ?? Infinity, pod.max ?? Infinity);
  return least <= most && leastOfAll <= mostOfAll;
}

/** Whether policy and LimitRange can both be met by a Pod of the case. */
export const isPossible = ({ laws }: BoundCase, { beside }: PodCase): boolean =>
  NAMES.every((name) => canBeMet(laws[name], 1 + beside.length));

/** What a container of a Pod has and the policy does not allow. */
export function breachesOf({ laws }: BoundCase, { spec }: Pod): string[] {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return containers.flatMap(({ name: container, resources }) =>
    NAMES.flatMap((name) => {
      const { min = 0, max = Infinity, ratio = Infinity } = laws[name].policy;
      const [limit, request] = [resources?.limits?.[name], resources?.requests?.[name]].map((amount) =>
        amount === undefined ? undefined : sizeOf(String(amount), name),
      );
      const amounts = [limit, request].flatMap((amount) => amount ?? []);
      const isWithin =
        amounts.every((amount) => amount >= min && amount <= max) &&
        (request ?? 0) <= (limit ?? Infinity) &&
        (limit === undefined || request === undefined || limit <= ratio * request);
      return isWithin ? [] : [`${container}: ${JSON.stringify(resources)} of ${name}`];
    }),
  );
}

function sizeOf(amount: string, name: Name): number {
  const unit = parseQuantity(`1${UNITS[name]}`)?.nanos ?? 1n;
  return Number(parseQuantity(amount)?.nanos ?? 0n) / Number(unit);
}

/** The section of a policy. */
export function sectionOf({ laws }: BoundCase): object {
  const amounts = (key: keyof Laws["policy"]): Record<string, string> =>
    Object.fromEntries(
      NAMES.flatMap((name) => {
        const amount = laws[name].policy[key];
        const unit = key === "ratio" ? "" : UNITS[name];
        return amount === undefined ? [] : [[name, `${amount}${unit}`]];
      }),
    );
  return {
    min: amounts("min"),
    // A policy without any bound does not look at LimitRanges.
    max: { "ephemeral-storage": "10Gi", ...amounts("max") },
    maxPod: amounts("maxPod"),
    maxLimitRequestRatio: amounts("ratio"),
  };
}

/** The LimitRange's limits. */
export function limitsOf({ laws }: BoundCase): object[] {
  const amounts = (of: (one: Laws) => number | undefined, isRatio = false): object =>
    Object.fromEntries(
      NAMES.flatMap((name) => {
        const amount = of(laws[name]);
        return amount === undefined ? [] : [[name, `${amount}${isRatio ? "" : UNITS[name]}`]];
      }),
    );
  return [
    {
      type: "Container",
      min: amounts(({ container }) => container.min),
      max: amounts(({ container }) => container.max),
      default: amounts(({ container }) => container.usual),
      maxLimitRequestRatio: amounts(({ container }) => container.ratio, true),
    },
    {
      type: "Pod",
      min: amounts(({ pod }) => pod.min),
      max: amounts(({ pod }) => pod.max),
      maxLimitRequestRatio: amounts(({ pod }) => pod.ratio, true),
    },
  ];
}

function given<T extends object>(members: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  // Only what is undefined is left out.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
