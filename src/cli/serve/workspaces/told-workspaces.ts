import { type Told } from "../../../adapters/cluster/event.ts";
import { quote } from "../../../text/quote.ts";

/** Why Pods wait for their workspace, or may; the label of a metric. */
export const WORKSPACE_PROBLEMS = ["refused", "foreign", "not-granted", "ending", "unprovisioned"] as const;
export type WorkspaceProblem = (typeof WORKSPACE_PROBLEMS)[number];

/** The Event for Pods that wait. Of a quota the amounts in use change with every claim: it is told once all the same. */
export const toldOf = (problem: WorkspaceProblem, claim: string, detail = ""): Told => ({
  ...wordsFor(problem, claim, detail),
  identity: JSON.stringify([problem, claim, detail.replaceAll(/[0-9]+/g, "")]),
});

function wordsFor(problem: WorkspaceProblem, claim: string, detail: string): Told {
  const name = quote(claim);
  switch (problem) {
    case "refused":
      return {
        reason: "WorkspaceRefused",
        message: `The claim ${name} for the workspace cannot be made; it is tried again and again: ${detail}`,
      };
    case "foreign":
      return {
        reason: "WorkspaceForeign",
        message: `There is a claim ${name} that Podpecker did not make, and so does not touch; remove it, or give the workflow another id`,
      };
    case "not-granted":
      return {
        reason: "WorkspaceNotGranted",
        message: `No policy in force gives Pods of this namespace a workspace any more, so the claim ${name} is not made; run the workflow again`,
      };
    case "ending":
      return {
        reason: "WorkspaceEnding",
        message: `The workflow counted as over, and its claim ${name} goes as soon as no Pod has it; this Pod waits for that, and then begins with an empty workspace: delete the workflow's finished Pods, or raise workspace.ttlAfterFinished`,
      };
    case "unprovisioned":
      return {
        reason: "WorkspacePending",
        message: `The claim ${name} for the workspace has no volume yet: ${detail}`,
      };
  }
}
