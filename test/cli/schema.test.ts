import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { describe, expect, it } from "vitest";
import { z } from "zod";

import { schemas } from "#src/cli/schemas.ts";
import { podpecker } from "./podpecker.ts";

const EXAMPLES = "manifests/examples";

async function load(
  what: string,
): Promise<{ schema: Record<string, unknown>; accepts: (value: unknown) => boolean }> {
  const { code, stdout } = await podpecker(["schema", what]);
  expect(code).toBe(0);
  const schema = JSON.parse(stdout) as Record<string, unknown>;
  const checker = z.fromJSONSchema(schema);
  return { schema, accepts: (value) => checker.safeParse(value).success };
}

/** The documents inside the example manifests, by file. */
async function documents(
  folder: string,
  take: (manifest: Manifest) => string | undefined,
): Promise<[string, unknown][]> {
  const names = await readdir(join(EXAMPLES, folder));
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(EXAMPLES, folder, name), "utf8")] as const),
  );
  return texts.flatMap(([name, text]): [string, unknown][] => {
    const manifests = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
    return manifests.flatMap((manifest): [string, unknown][] => {
      if (manifest.kind === undefined) return [[name, manifest]];
      const inner = take(manifest);
      return inner === undefined ? [] : [[name, parse(inner)]];
    });
  });
}

interface Manifest {
  readonly kind?: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
}

describe("podpecker schema", () => {
  it.each(Object.keys(schemas))("%s is JSON Schema of 2020-12 with words for people", async (what) => {
    const { schema } = await load(what);

    expect(schema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: expect.any(String) as unknown,
      type: "object",
      additionalProperties: false,
    });
    expect(schema).not.toHaveProperty("$id");
  });

  it("policy accepts the example policies and no typo", async () => {
    const { accepts } = await load("policy");
    const examples = await documents("policies", ({ data }) => data?.["policy.yaml"]);

    expect(examples.length).toBeGreaterThan(0);
    expect(examples.filter(([, value]) => !accepts(value))).toEqual([]);
    expect(accepts({ version: "v1", labls: {} })).toBe(false);
    expect(accepts({})).toBe(false);
  });

  it("test accepts the example tests and no typo", async () => {
    const { accepts } = await load("test");
    const names = await readdir(join(EXAMPLES, "tests"));
    const examples = await Promise.all(names.map((name) => readFile(join(EXAMPLES, "tests", name), "utf8")));

    expect(examples.length).toBeGreaterThan(0);
    expect(examples.map((text) => parse(text) as unknown).filter((value) => !accepts(value))).toEqual([]);
    expect(accepts({ version: "v1", cases: [{ name: "a", expects: { outcome: "decided" } }] })).toBe(false);
    expect(accepts({ version: "v1", cases: [] })).toBe(false);
  });

  it("options accepts what the example steps ask, but for those that are wrong on purpose", async () => {
    const { accepts } = await load("options");
    const examples = await documents(
      "steps",
      ({ metadata }) => metadata?.annotations?.["podpecker.dev/backend-options"],
    );

    expect(examples.length).toBeGreaterThan(5);
    const refused = examples.filter(([, value]) => !accepts(value)).map(([name]) => name);
    expect(refused.sort()).toEqual(["malformed.yaml", "unknown-option.yaml", "wrapped.yaml"]);
  });
});
