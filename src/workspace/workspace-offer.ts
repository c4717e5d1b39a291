import { z } from "zod";

import { WORKSPACE } from "../engine/annotations.ts";
import { type WorkspaceTerms } from "../engine/workspace-terms.ts";
import { parseJson } from "../text/parse-json.ts";
import { type Pod } from "../kubernetes/pod.ts";

const Offer = z.looseObject({
  size: z.string().optional(),
  storageClass: z.string().optional(),
  accessMode: z.enum(["ReadWriteMany", "ReadWriteOnce"]).optional(),
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
