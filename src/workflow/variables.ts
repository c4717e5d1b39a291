import { type Variables } from "./substitute.ts";

/** What is known of a pipeline before it runs: variables that Woodpecker's server would set, and labels. */
export interface PipelineFacts {
  /** `CI_…` of the pipeline, and what the server's own configuration adds. */
  readonly variables: ReadonlyMap<string, string>;
  /** The repository's number, which no variable has. */
  readonly repoId?: string;
}

/** What stands for a variable of the pipeline that only a pipeline that runs has. */
export const STAND_IN = "unknown";

/** The variables by which Woodpecker replaces references, those of a matrix before all others. */
export function substitutionVariables(
  { variables }: PipelineFacts,
  axis: ReadonlyMap<string, string>,
): Variables {
  return {
    known: new Map([...variables, ...axis]),
    // Of all others Woodpecker makes nothing.
    standIn: (name) => (isOfPipeline(name) ? STAND_IN : ""),
  };
}

/** Whether a variable of this name is the server's to set. */
export const isOfPipeline = (name: string): boolean => name === "CI" || name.startsWith("CI_");

/** The variables of the pipeline that a name and a value of a command line stand for. */
export const PIPELINE_VARIABLES = {
  repo: "CI_REPO",
  event: "CI_PIPELINE_EVENT",
  branch: "CI_COMMIT_BRANCH",
  defaultBranch: "CI_REPO_DEFAULT_BRANCH",
  platform: "CI_SYSTEM_PLATFORM",
} as const;
