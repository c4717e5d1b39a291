import { existsSync } from "node:fs";

import { type PolicySet } from "../../policy/policy-set.ts";
import { mendable } from "../mendable.ts";
import { readInputs } from "../review/read-inputs.ts";
import { readManifests } from "../review/read-manifests.ts";
import { createOfflineReviewer } from "../review/review-offline.ts";
import { type Reviewer } from "../review/verdict.ts";
import { patchOf, reviewManifest } from "../review/reviewed.ts";

const EXAMPLES = "manifests/examples/steps";

/** An example of a step's Pod, below where the process runs, for which these policies do something. */
export async function findExample(policies: PolicySet): Promise<string | undefined> {
  if (!existsSync(EXAMPLES)) return undefined;
  try {
    return await firstChanged(await readInputs([EXAMPLES]), createOfflineReviewer(policies));
  } catch (error) {
    // Files that are no examples are no reason not to serve.
    if (mendable(error) === undefined) throw error;
    return undefined;
  }
}

async function firstChanged(
  inputs: Awaited<ReturnType<typeof readInputs>>,
  review: Reviewer,
): Promise<string | undefined> {
  for (const input of inputs) {
    const [manifest] = readManifests([input], { namespace: "default", user: undefined });
    if (manifest !== undefined && patchOf(await reviewManifest(manifest, review)).length > 0)
      return input.path;
  }
  return undefined;
}
