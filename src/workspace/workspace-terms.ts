import { z } from "zod";

import { type Pod } from "../kubernetes/pod.ts";

/** The annotation that says what a Pod's claim was to be like when the Pod was admitted, and of a claim, whose it is.
 * Written by Podpecker only. */
export const WORKSPACE = "podpecker.dev/workspace";

/** What a claim is to be like, and for how long it outlives its workflow. */
export interface WorkspaceTerms {
  readonly size: string;
  /** Empty: the cluster's default class. */
  readonly storageClass: string;
  readonly accessMode: string;
  /** A duration, `10m`. */
  readonly ttlAfterFinished: string;
}

const Offer = z.looseObject({
  size: z.string().optional(),
  storageClass: z.string().optional(),
  accessMode: z.string().optional(),
  ttlAfterFinished: z.string().optional(),
});

/** What a Pod's annotation says of terms, as far as it says any. Who wrote it is not known. */
export function readOffer({ metadata }: Pod): Partial<WorkspaceTerms> {
  const text = metadata?.annotations?.[WORKSPACE];
  const { size, storageClass, accessMode, ttlAfterFinished } = Offer.safeParse(parseJson(text)).data ?? {};
  return {
    ...(size === undefined ? {} : { size }),
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(accessMode === undefined ? {} : { accessMode }),
    ...(ttlAfterFinished === undefined ? {} : { ttlAfterFinished }),
  };
}

/** What a text says as JSON; nothing where it is none. */
export function parseJson(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
