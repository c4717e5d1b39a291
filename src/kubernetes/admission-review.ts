import { z } from "zod";

const Kind = z.looseObject({
  group: z.string().optional(),
  version: z.string().optional(),
  kind: z.string(),
});

/** The request of an AdmissionReview, as far as Podpecker reads it. */
const AdmissionRequest = z.looseObject({
  uid: z.string(),
  kind: Kind.optional(),
  subResource: z.string().optional(),
  name: z.string().optional(),
  namespace: z.string().optional(),
  operation: z.string().optional(),
  userInfo: z.looseObject({ username: z.string().optional() }).optional(),
  object: z.unknown(),
  /** What stood there before a change. */
  oldObject: z.unknown().optional(),
  dryRun: z.boolean().nullish(),
});
export type AdmissionRequest = z.infer<typeof AdmissionRequest>;

/** https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ */
export const AdmissionReview = z.looseObject({
  apiVersion: z.literal("admission.k8s.io/v1"),
  kind: z.literal("AdmissionReview"),
  request: AdmissionRequest,
});

/** The answer to a review. */
export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly patchType?: "JSONPatch";
  /** A JSON Patch, base64. */
  readonly patch?: string;
  readonly status?: { readonly code: number; readonly reason: string; readonly message: string };
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}
