import { patchOf, type ReviewedManifest } from "../reviewed.ts";

/** The JSON Patch of each manifest (RFC 6902), one after the other. */
export function patch(reviewed: readonly ReviewedManifest[]): string {
  return reviewed.map((one) => `${JSON.stringify(patchOf(one), undefined, 2)}\n`).join("");
}
