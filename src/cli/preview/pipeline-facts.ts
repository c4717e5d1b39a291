import { PIPELINE_VARIABLES, type PipelineFacts } from "../../workflow/variables.ts";

/** What the command line says of the pipeline. */
export interface PipelineOptions {
  readonly repo?: string;
  readonly repoId?: string;
  readonly event?: string;
  readonly branch?: string;
  readonly defaultBranch?: string;
  readonly platform?: string;
  readonly env?: readonly string[];
}

/** What is known of the pipeline, as the variables that Woodpecker's server would set. */
export function pipelineFacts(options: PipelineOptions): PipelineFacts {
  const { repo, repoId, env = [] } = options;
  const names = Object.keys(PIPELINE_VARIABLES) as (keyof typeof PIPELINE_VARIABLES)[];
  const said = names.flatMap((name): [string, string][] => {
    const value = options[name];
    return value === undefined ? [] : [[PIPELINE_VARIABLES[name], value]];
  });
  const variables = new Map([["CI", "woodpecker"], ...said, ...ofRepo(repo), ...env.map(pair)]);
  return { variables, ...(repoId === undefined ? {} : { repoId }) };
}

function ofRepo(repo: string | undefined): [string, string][] {
  if (repo === undefined) return [];
  const at = repo.lastIndexOf("/");
  return [
    ["CI_REPO_OWNER", repo.slice(0, at)],
    ["CI_REPO_NAME", repo.slice(at + 1)],
  ];
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  return [text.slice(0, at), text.slice(at + 1)];
}
