import { type ReviewedManifest } from "../reviewed.ts";

/** The AdmissionReviews with which the webhook answers, byte for byte, one a line. */
export function review(reviewed: readonly ReviewedManifest[]): string {
  return reviewed.flatMap(({ pods }) => pods.map(({ verdict }) => `${verdict.body}\n`)).join("");
}
