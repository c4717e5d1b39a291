import fc from "fast-check";

import { type Container, type Pod } from "#src/kubernetes/pod.ts";
import { sizeOf } from "#test/engine/arbitrary.ts";

export const CPU_AND_MEMORY = ["cpu", "memory"] as const;

export const amount = fc.constantFrom("1m", "1", "2", "500m", "1500m", "4", "3e3", "1Gi");
export const amounts = (names: readonly string[]): fc.Arbitrary<Record<string, string>> =>
  fc.dictionary(fc.constantFrom(...names), amount, { maxKeys: 2 });
const whole = fc.dictionary(fc.constant("example.com/gpu"), fc.constantFrom("0", "1", "2"), { maxKeys: 1 });
export const ratios = fc.dictionary(fc.constantFrom(...CPU_AND_MEMORY), fc.constantFrom("1", "1.5", "4"), {
  maxKeys: 2,
});

/** What bounds resources. */
export interface Bounds {
  readonly min?: Record<string, string>;
  readonly max?: Record<string, string>;
  readonly maxPod?: Record<string, string>;
  readonly maxLimitRequestRatio?: Record<string, string>;
  readonly onExceed?: string;
}
const upper = fc.tuple(amounts(CPU_AND_MEMORY), whole).map(([some, device]) => ({ ...some, ...device }));
/** Bounds that do not contradict themselves. */
export const bounds: fc.Arbitrary<Bounds> = fc
  .record(
    { min: amounts(CPU_AND_MEMORY), max: upper, maxPod: upper, maxLimitRequestRatio: ratios },
    { requiredKeys: [] },
  )
  // A policy that contradicts itself is refused.
  .filter(({ min, max, maxPod }) => isInOrder(min, max) && isInOrder(min, maxPod));

export function isInOrder(min: Record<string, string> = {}, max: Record<string, string> = {}): boolean {
  return Object.entries(min).every(([name, least]) => sizeOf(least) <= sizeOf(max[name] ?? "3e9"));
}

/** All containers but ephemeral ones. */
export const lasting = ({ spec }: Pod): Container[] => [...(spec.initContainers ?? []), ...spec.containers];

/** What the API server makes of requests that are not there. */
export const requestOf = ({ resources }: Container, name: string): number =>
  sizeOf(String(resources?.requests?.[name] ?? resources?.limits?.[name] ?? "0"));

/** A container without a limit has what its node has. */
export function limitOf({ resources }: Container, name: string): number {
  const limit = sizeOf(String(resources?.limits?.[name] ?? "0"));
  return limit === 0 && !name.includes("/") ? Infinity : limit;
}

/** A second reading of the scheduler's sum. */
export function sumOf({ spec }: Pod, of: (container: Container) => number): number {
  const init = spec.initContainers ?? [];
  const stays = (container: Container): boolean => container["restartPolicy"] === "Always";
  const add = (containers: readonly Container[]): number =>
    containers.reduce((sum, container) => sum + of(container), 0);
  const peaks = init.map((container, index) => of(container) + add(init.slice(0, index).filter(stays)));
  return Math.max(...peaks, add([...init.filter(stays), ...spec.containers]));
}

/** What of a container is beyond the bounds; where they contradict each other, the most goes before the least. */
export function excessOf(
  container: Container,
  { spec }: Pod,
  { min = {}, max = {}, maxPod = {}, maxLimitRequestRatio = {} }: Bounds,
): string[] {
  const own = spec.resources?.limits ?? {};
  const tops = Object.entries(max).filter(
    ([name, most]) => limitOf(container, name) > sizeOf(most) || requestOf(container, name) > sizeOf(most),
  );
  const { requests = {}, limits = {} } = container.resources ?? {};
  const lows = Object.entries(min).filter(([name, least]) => {
    const there = [requests[name], limits[name]].filter((one) => one !== undefined && String(one) !== "0");
    const isForbidden = [max[name], maxPod[name], own[name]].some((most) => most !== undefined);
    return !isForbidden && there.some((one) => sizeOf(String(one)) < sizeOf(least));
  });
  const ratios = Object.entries(maxLimitRequestRatio).filter(([name, ratio]) => {
    const limit = limitOf(container, name);
    return limit !== Infinity && limit > requestOf(container, name) * Number(ratio);
  });
  return [...tops, ...lows, ...ratios].map(([name]) => name);
}

/** The resources of which a Pod as a whole has more than it may. */
export function excessOfPod(given: Pod, { maxPod = {} }: Bounds): string[] {
  return Object.entries(maxPod).flatMap(([name, most]) => {
    const own = given.spec.resources?.limits?.[name];
    const sum = own === undefined ? sumOf(given, (one) => limitOf(one, name)) : sizeOf(String(own));
    return sum <= sizeOf(most) ? [] : [name];
  });
}
