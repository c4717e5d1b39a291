import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

import { readBackendOptions } from "#src/admission/backend-options.ts";
import { schemas } from "#src/cli/schemas.ts";
import { BACKEND_OPTIONS } from "#src/engine/annotations.ts";
import { Options } from "#src/engine/options.ts";
import { PolicyDocument, SECTIONS } from "#src/policy/policy-document.ts";
import { describePolicyProblem } from "#src/policy/policy.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { examplePath, exampleNames, readExampleStep } from "#test/examples/examples.ts";
import { goldenCases, readCase } from "#test/golden-cases.ts";
import { membersOf } from "../../docs/generator/accepted.ts";
import { optionExamples } from "../../docs/generator/option-examples.ts";
import { reference } from "../../docs/generator/reference.ts";
import { sectionExamples } from "../../docs/generator/section-examples.ts";
import { sectionFiles } from "../../docs/generator/section-files.ts";
import { createReader } from "./reader.ts";

const FOLDER = join(import.meta.dirname, "../../docs/reference");
const SECTION_FOLDER = join(import.meta.dirname, "../../manifests/examples/sections");
const files = reference();
const problemsOf = (text: string): string[] =>
  readPolicies([{ path: "policy.yaml", text }], { namespace: "podpecker", promoted: [] }).problems.map(
    describePolicyProblem,
  );

describe("the reference", () => {
  it.each(Object.keys(files))("%s is what the code says (npm run reference)", (name) => {
    const committed = readFileSync(join(FOLDER, name), "utf8");

    expect(committed).toBe(files[name]);
  });

  it("has no file that is not generated", () => {
    expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(files).sort());
  });

  it.each(Object.entries(sectionFiles()))(
    "has the example %s as a file (npm run reference)",
    (name, text) => {
      expect(readFileSync(join(SECTION_FOLDER, name), "utf8")).toBe(text);
      expect(problemsOf(text)).toEqual([]);
    },
  );

  it("has no example file that is not generated", () => {
    expect(readdirSync(SECTION_FOLDER).sort()).toEqual(Object.keys(sectionFiles()).sort());
  });

  it("has an example of every part of a policy, each in a golden case as well", () => {
    const examples = Object.values(sectionFiles()).map((text) => parse(text) as unknown);
    const policies = goldenCases.flatMap(({ file }) => [readCase(file).case_.policy ?? []].flat());

    expect(partsOfPolicy().filter((path) => !examples.some((one) => holds(one, path)))).toEqual([]);
    expect(partsOfPolicy().filter((path) => !policies.some((one) => holds(one, path)))).toEqual([]);
  });

  it.each(Object.entries(optionExamples))(
    "shows an example of the option %s that is well formed",
    (_, text) => {
      expect(readBackendOptions(text, () => new Map()).findings).toEqual([]);
    },
  );

  it.each(Object.entries(sectionExamples))("shows an example of the section %s that is good", (_, text) => {
    expect(problemsOf(`version: v1\n${text}`)).toEqual([]);
  });

  it("has no example without its option or section", () => {
    expect(Object.keys(optionExamples).sort()).toEqual(Object.keys(membersOf(Options)).sort());
    expect(Object.keys(sectionExamples).sort()).toEqual([...SECTIONS].sort());
  });
});

/** Every key of a policy's header, and every key below its sections; the three verbs count as one. */
function partsOfPolicy(): string[][] {
  const isVerb = (key: string): boolean => ["set", "default", "fromStep"].includes(key);
  return Object.entries(membersOf(PolicyDocument))
    .filter(([key]) => !["version", "workspace"].includes(key))
    .flatMap(([key, schema]) => {
      const inner = Object.keys(membersOf(schema)).filter((member) => !isVerb(member));
      return [[key], ...inner.map((member) => [key, member])];
    });
}

const holds = (value: unknown, [key, ...rest]: readonly string[]): boolean =>
  key === undefined ||
  (typeof value === "object" &&
    value !== null &&
    holds((value as Readonly<Record<string, unknown>>)[key], rest) &&
    key in value);

describe("the JSON Schemas", () => {
  // Read back, a schema says by itself what it accepts.
  const read = (name: string): z.ZodType => z.fromJSONSchema(JSON.parse(files[name] ?? "") as never);
  const policy = read("policy.schema.json");
  const options = read("options.schema.json");

  it("are what zod yields", () => {
    const settings = { io: "input", unrepresentable: "any" } as const;

    expect(JSON.parse(files["policy.schema.json"] ?? "")).toMatchObject(
      z.toJSONSchema(PolicyDocument, settings),
    );
    expect(JSON.parse(files["options.schema.json"] ?? "")).toMatchObject(z.toJSONSchema(Options, settings));
  });

  it.each(Object.keys(schemas))("are what `podpecker schema %s` prints", async (what) => {
    const reader = createReader();
    const ran = await reader.run(`npx podpecker schema ${what}`);
    await reader.leave();

    expect(ran).toEqual({ status: 0, output: files[`${what}.schema.json`] });
  });

  it.each(exampleNames("policies"))("accept the example policy %s", (name) => {
    const text = readFileSync(examplePath("policies", name), "utf8");
    const bare = parseAllDocuments(text)
      .map((document) => document.toJS() as Record<string, unknown>)
      .filter((document) => !("kind" in document));

    for (const document of bare) expect(policy.safeParse(document).error).toBeUndefined();
  });

  it.each(Object.entries(sectionExamples))("accept the example of the section %s", (_, text) => {
    expect(policy.safeParse(parse(`version: v1\n${text}`)).error).toBeUndefined();
  });

  const steps = exampleNames("steps").filter((name) => !["malformed", "unknown-option"].includes(name));
  it.each(steps)("accept the options of the example step %s", (name) => {
    const text = readExampleStep(name).metadata?.annotations?.[BACKEND_OPTIONS] ?? "{}";
    const written = parse(text) as { backend_options?: { kubernetes?: unknown } };

    expect(options.safeParse(written.backend_options?.kubernetes ?? written).error).toBeUndefined();
  });

  it.each(["malformed", "unknown-option"])("refuse the options of the example step %s", (name) => {
    const text = readExampleStep(name).metadata?.annotations?.[BACKEND_OPTIONS] ?? "";

    expect(options.safeParse(parse(text)).success).toBe(false);
  });
});
