import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";

import { copyFromContext } from "./build-context.ts";
import { type Instruction, type Stage } from "./dockerfile.ts";

const ROOT = join(import.meta.dirname, "../..");

/** What the last stage has become: its files below a folder, and where its program starts. */
export interface Image {
  readonly root: string;
  readonly workdir: string;
}

/** Does what a Dockerfile says without an engine: each stage is a folder, and its base is this machine. */
export function buildImage(stages: readonly Stage[]): { readonly image: Image; readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), "podpecker-image-"));
  // Whoever runs the program has to get there.
  chmodSync(folder, 0o755);
  const roots = new Map<string, string>();
  let image: Image = { root: folder, workdir: "/" };
  for (const { name, instructions } of stages) {
    const root = join(folder, name === "" ? "last" : name);
    mkdirSync(root);
    roots.set(name, root);
    image = { root, workdir: "/" };
    for (const instruction of instructions) image = carryOut(instruction, image, roots);
  }
  return { image, folder };
}

function carryOut({ keyword, rest }: Instruction, image: Image, roots: ReadonlyMap<string, string>): Image {
  switch (keyword) {
    case "WORKDIR":
      mkdirSync(join(image.root, rest), { recursive: true });
      return { ...image, workdir: rest };
    case "COPY":
      copy(rest.split(/\s+/), image, roots);
      return image;
    case "RUN":
      run(rest, join(image.root, image.workdir));
      return image;
    // What these say is for the container's start.
    case "ARG":
    case "LABEL":
    case "ENV":
    case "USER":
    case "EXPOSE":
    case "ENTRYPOINT":
    case "CMD":
      return image;
    default:
      throw new Error(`nobody taught this test what ${keyword} does`);
  }
}

function copy(words: readonly string[], image: Image, roots: ReadonlyMap<string, string>): void {
  const [, from] = /^--from=(\S+)$/.exec(words[0] ?? "") ?? [];
  const paths = from === undefined ? words : words.slice(1);
  const target = paths.at(-1) ?? "";
  for (const path of paths.slice(0, -1)) {
    const source = join(from === undefined ? ROOT : (roots.get(from) ?? ""), path);
    // Of a folder it is the content that is copied.
    const isInto = target.endsWith("/") && statSync(source).isFile();
    const place = join(image.root, image.workdir, target, isInto ? basename(path) : "");
    if (from === undefined) copyFromContext(path, place);
    else cpSync(source, place, { recursive: true, verbatimSymlinks: true });
  }
}

function run(command: string, cwd: string): void {
  // What the build needs is installed already, from the same lock file.
  if (/^npm ci (?!.*--omit=dev)/.test(command)) {
    symlinkSync(join(ROOT, "node_modules"), join(cwd, "node_modules"));
    return;
  }
  // Nothing is asked of a registry that npm has seen before.
  const env = { ...process.env, npm_config_prefer_offline: "true", NODE_OPTIONS: "" };
  execFileSync("sh", ["-e", "-c", command], { cwd, env, stdio: ["ignore", "pipe", "inherit"] });
}

/** The files below a folder, links included, as paths from it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}
