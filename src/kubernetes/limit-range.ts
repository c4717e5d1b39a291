import { z } from "zod";

const Amounts = z.record(z.string(), z.union([z.string(), z.number()])).optional();

const Limit = z.looseObject({
  /** `Container`, `Pod`, or `PersistentVolumeClaim`, which is nothing to a Pod. */
  type: z.string(),
  min: Amounts,
  max: Amounts,
  default: Amounts,
  defaultRequest: Amounts,
  maxLimitRequestRatio: Amounts,
});

/** What a namespace's LimitRange demands of Pods and containers; the API server's LimitRanger plugin holds them to it. */
export const LimitRange = z.looseObject({
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
  // An empty list may be null.
  spec: z.looseObject({
    limits: z
      .array(Limit)
      .nullish()
      .transform((limits) => limits ?? []),
  }),
});
export type LimitRange = z.infer<typeof LimitRange>;
