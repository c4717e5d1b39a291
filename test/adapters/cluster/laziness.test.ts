import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const FOLDER = "src/adapters/cluster";

// The import rules pass over `import { type … }`, which loads the package when it is compiled.
it("client-node is imported by its types, or when a cluster is used", () => {
  const lines = readdirSync(FOLDER)
    .flatMap((file) => readFileSync(join(FOLDER, file), "utf8").split("\n"))
    .filter((line) => line.includes(`"@kubernetes/client-node"`));

  expect(lines.length).toBeGreaterThan(1);
  expect(lines.filter((line) => !/^import type |await import\(/.test(line))).toEqual([]);
});
