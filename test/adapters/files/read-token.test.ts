import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

import { readToken } from "#src/adapters/files/read-token.ts";
import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";

it("is what stands in the file, without the end of the line", async () => {
  const path = join(await temporaryDirectory(), "token");
  await writeFile(path, "0123456789abcdef\n");

  expect(await readToken(path)).toBe("0123456789abcdef");
});

it.each([
  { about: "empty", text: "\n" },
  { about: "short", text: "secret" },
  { about: "two lines", text: "0123456789abcdef\n0123456789abcdef" },
])("is none that is $about", async ({ text }) => {
  const path = join(await temporaryDirectory(), "token");
  await writeFile(path, text);

  await expect(readToken(path)).rejects.toThrow(/holds no token; put one line of 16 characters or more/);
});

it("is none where there is no file", async () => {
  await expect(readToken("/nowhere/token")).rejects.toThrow(/"\/nowhere\/token" cannot be read: there is no/);
});
