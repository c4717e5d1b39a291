import { type ReviewedManifest } from "../reviewed.ts";
import { diff } from "./diff.ts";
import { explain } from "./explain.ts";
import { json } from "./json.ts";
import { patch } from "./patch.ts";
import { pod } from "./pod.ts";
import { review } from "./review.ts";

/** What is printed about reviewed manifests, by the name that `--output` has for it. */
export const outputs = { explain, diff, pod, patch, review, json } as const satisfies Readonly<
  Record<string, (reviewed: readonly ReviewedManifest[]) => string>
>;

export type OutputName = keyof typeof outputs;
