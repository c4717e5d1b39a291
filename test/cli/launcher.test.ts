import { execFile } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, it } from "vitest";

import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Runs `npx podpecker` in a folder, with a cache of its own. */
function npx(folder: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, npm_config_cache: join(folder, "cache"), npm_config_offline: "true" };
  return new Promise((resolve) => {
    const child = execFile("npx", ["podpecker", "--version"], { cwd: folder, env }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

it("says to npx that there was no build yet, and is found once there is one", async () => {
  const folder = await temporaryDirectory();
  await mkdir(join(folder, "bin"));
  await copyFile(join(ROOT, "package.json"), join(folder, "package.json"));
  await copyFile(join(ROOT, "bin/podpecker.js"), join(folder, "bin/podpecker.js"));

  const before = await npx(folder);
  await mkdir(join(folder, "dist"));
  await writeFile(join(folder, "dist/main.js"), `process.stdout.write(process.argv.slice(2).join());`);
  const after = await npx(folder);

  expect(before).toEqual({
    code: 2,
    stdout: "",
    stderr: "podpecker: it is not built yet; npm run build does it\n",
  });
  expect(after).toMatchObject({ code: 0, stdout: "--version" });
});
