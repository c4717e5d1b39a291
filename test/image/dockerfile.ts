/** One line of a Dockerfile, with the lines that it goes on in. */
export interface Instruction {
  readonly keyword: string;
  /** What follows the keyword, variables of the whole file replaced. */
  readonly rest: string;
}

/** What stands between one FROM and the next. */
export interface Stage {
  readonly base: string;
  /** Empty for the last stage of ours. */
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** Reads the stages of a Dockerfile, in as much of the language as ours is written in. */
export function readDockerfile(text: string): Stage[] {
  const stages: { base: string; name: string; instructions: Instruction[] }[] = [];
  const globals = new Map<string, string>();
  for (const { keyword, rest } of instructionsOf(text)) {
    const stage = stages.at(-1);
    if (keyword === "FROM") {
      const [, base = "", name = ""] = /^(\S+)(?: AS (\S+))?$/.exec(replaced(rest, globals)) ?? [];
      stages.push({ base, name, instructions: [] });
    } else if (stage !== undefined) stage.instructions.push({ keyword, rest });
    else if (keyword === "ARG") globals.set(...assignment(rest));
    else throw new Error(`${keyword} stands before any FROM`);
  }
  return stages;
}

/** What an instruction says in its form as a list, the only one that needs no shell. */
export function listOf({ keyword, rest }: Instruction): string[] {
  const list: unknown = JSON.parse(rest);
  if (!Array.isArray(list) || !list.every((word) => typeof word === "string"))
    throw new Error(`${keyword} is no list of words: ${rest}`);
  return list;
}

/** The name and the value of `NAME=value`. */
export function assignment(rest: string): [string, string] {
  const [, name = "", value = ""] = /^(\w+)(?:=(.*))?$/.exec(rest) ?? [];
  return [name, value];
}

function instructionsOf(text: string): Instruction[] {
  const joined = text.replace(/^\s*#.*\n/gm, "").replace(/\\\n/g, " ");
  return joined
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, keyword = "", rest = ""] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
      return { keyword, rest: rest.trim() };
    });
}

const replaced = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replace(/\$\{(\w+)\}/g, (_, name: string) => values.get(name) ?? "");
