import { isPlugin, type StepEntry } from "./step-entry.ts";

/** Where the steps of a workflow find its files, as far as the workflow says so. */
export interface Workspace {
  readonly base?: string | undefined;
  readonly path?: string | undefined;
}

// A plugin finds its files there whatever a workflow says.
const BASE = "/woodpecker";

/** Where one step finds them. */
interface StepPlaces {
  /** Where the workspace is mounted, if the workflow says so. */
  readonly mountPath?: string;
  /** Where the files of the repository are. */
  readonly files: string;
  /** Where the step works: there, or where its own word leads from there. */
  readonly directory: string;
  /** Where its container begins: a script goes to its directory by itself. */
  readonly workingDir: string;
}

/** The directories of a step. */
export function workspaceOf(entry: StepEntry, { base, path }: Workspace): StepPlaces {
  const own = joined(isPlugin(entry) ? BASE : (base ?? BASE));
  const files = joined(own, path ?? "src");
  const { directory: said = "", commands = [] } = entry;
  const directory = said.startsWith("/") ? said : joined(files, said);
  const workingDir = commands.length > 0 ? own : directory;
  return { ...(base === undefined ? {} : { mountPath: own }), files, directory, workingDir };
}

/** The parts as one absolute path without `.`, `..` and empty parts. */
function joined(...parts: readonly string[]): string {
  const names: string[] = [];
  for (const part of parts.join("/").split("/"))
    if (part === "..") names.pop();
    else if (part !== "" && part !== ".") names.push(part);
  return `/${names.join("/")}`;
}
