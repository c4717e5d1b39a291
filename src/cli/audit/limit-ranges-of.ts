import { type LimitRange } from "../../kubernetes/limit-range.ts";

/** The LimitRanges of a namespace; nothing where nobody knows whether there are any. */
export type LimitRangesOf = (namespace: string) => readonly LimitRange[] | undefined;

/** Looks them up in those that are known of all namespaces. */
export const limitRangesIn =
  (known: ReadonlyMap<string, readonly LimitRange[]> | undefined): LimitRangesOf =>
  (namespace) =>
    known === undefined ? undefined : (known.get(namespace) ?? []);
