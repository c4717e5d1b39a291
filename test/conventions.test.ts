import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { describe, expect, it } from "vitest";

import { FINDINGS } from "#src/engine/finding.ts";
import { mutations } from "#src/engine/mutations/index.ts";
import { AGENT_SETTINGS } from "#src/policy/agent-settings.ts";
import { LINTS } from "#src/policy/lint/lints.ts";

const ROOT = join(import.meta.dirname, "..");
const MUTATIONS = "src/engine/mutations";

/** The files below a folder, as paths from the root. */
function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => `${folder}/${file}`);
}

const textOf = (files: readonly string[]): string =>
  files.map((file) => readFileSync(join(ROOT, file), "utf8")).join("\n");

const sources = filesBelow("src", ".ts");
const tests = filesBelow("test", ".ts").filter((file) => file !== "test/conventions.test.ts");
const golden = filesBelow("test/golden", ".yaml");

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

describe("mutations", () => {
  const ids = Object.keys(mutations);

  it("are a file each, and each file is one of them", () => {
    const files = readdirSync(join(ROOT, MUTATIONS)).filter((file) => file !== "index.ts");

    expect(files.sort()).toEqual(ids.map((id) => `${kebab(id)}.ts`).sort());
  });

  it.each(ids)("%s: the file exports what the table calls so", (id) => {
    expect(textOf([`${MUTATIONS}/${kebab(id)}.ts`])).toMatch(new RegExp(`^export const ${id} = define`, "m"));
  });

  it.each(ids)("%s has two golden cases at least, one of them given, one told", (id) => {
    const cases = golden
      .filter((file) => file.startsWith(`test/golden/${id}/`))
      .map((file) => textOf([file]));

    expect(cases.length).toBeGreaterThanOrEqual(2);
    expect(cases.some((text) => text.includes("\n  findings:"))).toBe(true);
  });
});

describe("names", () => {
  it.each(["utils", "util", "helpers", "helper", "types", "common", "misc", "manager", "service"])(
    "are concepts, not %s",
    (name) => {
      expect(
        [...sources, ...tests].filter((file) => basename(file).replace(/(\.test)?\.ts$/, "") === name),
      ).toEqual([]);
    },
  );

  it("are in small letters, with hyphens", () => {
    expect(
      [...sources, ...tests].filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/.test(basename(file))),
    ).toEqual([]);
  });

  it("of a barrel are for the table of mutations only", () => {
    expect(sources.filter((file) => basename(file) === "index.ts")).toEqual([`${MUTATIONS}/index.ts`]);
  });

  it("of exports are named", () => {
    expect(sources.filter((file) => /^export default /m.test(textOf([file])))).toEqual([]);
  });
});

describe("findings", () => {
  const table = "src/engine/finding.ts";
  const code = textOf(sources.filter((file) => file !== table));
  const cases = textOf([...golden, ...tests]);

  it.each(Object.keys(FINDINGS))("%s is told somewhere, and shown in a case or a test", (finding) => {
    expect(code).toContain(`"${finding}"`);
    expect(cases).toMatch(new RegExp(`["' ]${finding}[":]`));
  });

  it("of the cases are all in the table", () => {
    const told = [...textOf(golden).matchAll(/^ {4}- ["']?([a-z]+(?:-[a-z]+)+): /gm)].map(
      ([, finding]) => finding,
    );

    expect([...new Set(told)].filter((finding) => !(String(finding) in FINDINGS))).toEqual([]);
  });
});

describe("lints", () => {
  const told = textOf(sources.filter((file) => file !== "src/policy/lint/lints.ts"));

  it.each(Object.keys(LINTS))("%s is told somewhere", (lint) => {
    expect(told).toContain(`"${lint}"`);
  });
});

describe("settings of the agent", () => {
  const read = textOf(tests);

  it.each(Object.keys(AGENT_SETTINGS))("%s stands in a test", (setting) => {
    expect(read).toMatch(new RegExp(`\\b${setting}\\b`));
  });
});

describe("golden cases", () => {
  it("are one for each text: no two ask the same of the same policy", () => {
    const asked = golden.map((file) =>
      textOf([file])
        .replace(/^about:.*$/m, "")
        .replace(/^expect:[^]*$/m, ""),
    );

    expect(asked.filter((text, index) => asked.indexOf(text) < index)).toEqual([]);
  });

  it("stand in a folder of a mutation or of one of these topics", () => {
    const folders = new Set(golden.map((file) => file.split("/")[2]));
    const topics = [
      "agent",
      "answer",
      "audit",
      "bounds",
      "namespace",
      "options",
      "precedence",
      "selection",
      "trustPod",
      "workspace",
    ];

    expect(
      [...folders].filter((folder) => !(String(folder) in mutations) && !topics.includes(String(folder))),
    ).toEqual([]);
  });

  it("are about something, in a sentence", () => {
    expect(golden.filter((file) => !/^about: ["']?\S.*[.)]["']?$/m.test(textOf([file])))).toEqual([]);
  });
});

describe("tests", () => {
  it("mirror the sources of the core, or are called after what they hold for", () => {
    const own = [
      "test/engine/attacks.test.ts",
      "test/engine/audited.test.ts",
      "test/engine/laws.test.ts",
      "test/engine/hostile.test.ts",
      "test/engine/namespace-attacks.test.ts",
      "test/engine/tiers.test.ts",
      "test/text/words.test.ts",
      "test/workflow/examples.test.ts",
    ];
    const mirrored = tests.filter((file) =>
      /^test\/(text|engine|policy|admission|workflow)\/.*\.test\.ts$/.test(file),
    );

    expect(mirrored.filter((file) => !own.includes(file) && !sources.includes(sourceOf(file)))).toEqual([]);
  });
});

const sourceOf = (test: string): string => test.replace(/^test/, "src").replace(/\.test\.ts$/, ".ts");
