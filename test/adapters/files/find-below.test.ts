import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { findBelow } from "#src/adapters/files/find-below.ts";
import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";

describe("files by the ends of their names", () => {
  it("are found at any depth, but in hidden folders and in node_modules", async () => {
    const dir = await temporaryDirectory();
    const files = [
      "b.test.yaml",
      "a/x/c.test.yaml",
      "a/d.yaml",
      ".git/e.test.yaml",
      "node_modules/f.test.yaml",
    ];
    for (const file of files) {
      await mkdir(join(dir, file, ".."), { recursive: true });
      await writeFile(join(dir, file), "");
    }

    const found = await findBelow(dir, ".test.yaml");

    expect(found).toEqual(["a/x/c.test.yaml", "b.test.yaml"].map((file) => join(dir, file)));
  });

  it("are themselves where one is named", async () => {
    const dir = await temporaryDirectory();
    await writeFile(join(dir, "any"), "");

    expect(await findBelow(join(dir, "any"), ".test.yaml")).toEqual([join(dir, "any")]);
  });

  it("say what is missing", async () => {
    const dir = await temporaryDirectory();

    await expect(findBelow(join(dir, "none"), ".yaml")).rejects.toThrow(
      `"${join(dir, "none")}" cannot be read: there is no such file or directory`,
    );
  });
});
