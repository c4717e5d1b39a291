import { hashedLabel } from "../kubernetes/names.ts";

// Of a hash of 64 bits nobody finds a second text; what is left of the label holds a whole UUID.
const DIGITS = 16;

/**
 * What the claim of a workflow's workspace is called, the volume in its Pods, and the value of their label
 * `podpecker.dev/workflow`. A DNS label that always ends with a hash of the id: `A_b` and `a-b` are two workflows.
 */
export const workspaceClaimName = (workflow: string): string =>
  hashedLabel(workflow, { prefix: "podpecker-", digits: DIGITS });
