import { existsSync } from "node:fs";

import { type PolicySet } from "../../policy/policy-set.ts";
import { mendable } from "../mendable.ts";
import { readInputs } from "../review/read-inputs.ts";
import { readManifests } from "../review/read-manifests.ts";
import { createOfflineReviewer } from "../review/review-offline.ts";
import { type Reviewer } from "../review/verdict.ts";
import { type ReviewedManifest, reviewManifest } from "../review/reviewed.ts";

const EXAMPLES = "manifests/examples/steps";

/** An example of a step's Pod, below where the process runs, for which these policies do something. */
export async function findExample(policies: PolicySet): Promise<string | undefined> {
  if (!existsSync(EXAMPLES)) return undefined;
  try {
    return await richest(await readInputs([EXAMPLES]), createOfflineReviewer(policies, { now: Date.now() }));
  } catch (error) {
    // Files that are no examples are no reason not to serve.
    if (mendable(error) === undefined) throw error;
    return undefined;
  }
}

/** Of several examples the one in which the most sections of the policies have a say. */
async function richest(
  inputs: Awaited<ReturnType<typeof readInputs>>,
  review: Reviewer,
): Promise<string | undefined> {
  let best: { readonly path?: string; readonly sections: number } = { sections: 0 };
  for (const input of inputs) {
    const [manifest] = readManifests([input], { namespace: "default", user: undefined });
    const reviewed = manifest === undefined ? undefined : await reviewManifest(manifest, review);
    const sections = reviewed === undefined ? 0 : countSections(reviewed);
    if (sections > best.sections) best = { path: input.path, sections };
  }
  return best.path;
}

/** Rules are written `policy#/section/…`. */
function countSections({ pods }: ReviewedManifest): number {
  const rules = pods.flatMap(({ verdict: { account } }) =>
    [...account.changes, ...(account.audited?.changes ?? [])].map(({ rule }) => rule),
  );
  return new Set(rules.map((rule) => rule.replace(/^[^#]*#/, "").split("/")[1])).size;
}
