import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { FileError } from "#src/adapters/files/file-error.ts";
import { readPolicyFiles } from "#src/adapters/files/read-policy-files.ts";
import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";

async function write(dir: string, files: Record<string, string | Buffer>): Promise<void> {
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(dir, name), text)));
}

/** Lays files out as the kubelet mounts a ConfigMap. */
async function mount(dir: string, files: Record<string, string>): Promise<void> {
  await mkdir(join(dir, "..2026_01_01"));
  await write(join(dir, "..2026_01_01"), files);
  await symlink("..2026_01_01", join(dir, "..data"));
  await Promise.all(Object.keys(files).map((name) => symlink(join("..data", name), join(dir, name))));
}

describe("policy files", () => {
  it("are files as they are, and directories by name, each once", async () => {
    const dir = await temporaryDirectory();
    await write(dir, { "b.yaml": "B", "a.yml": "A", "c.JSON": "C", "d.txt": "D", ".e.yaml": "E", odd: "O" });
    await mkdir(join(dir, "sub.yaml"));

    const files = await readPolicyFiles([join(dir, "odd"), dir, join(dir, "a.yml")]);

    expect(files).toEqual([
      { path: join(dir, "odd"), text: "O" },
      { path: join(dir, "a.yml"), text: "A" },
      { path: join(dir, "b.yaml"), text: "B" },
      { path: join(dir, "c.JSON"), text: "C" },
    ]);
  });

  it("are not the tests beside them, unless one is named", async () => {
    const dir = await temporaryDirectory();
    await write(dir, { "a.yaml": "version: v1", "a.test.yaml": "version: v1\ncases: []" });

    expect((await readPolicyFiles([dir])).map(({ path }) => path)).toEqual([join(dir, "a.yaml")]);
    expect(await readPolicyFiles([join(dir, "a.test.yaml")])).toHaveLength(1);
  });

  it("are policies whatever their names, where they hold no cases", async () => {
    const dir = await temporaryDirectory();
    await write(dir, { "acme.test.yaml": "version: v1\nlabels: {}", "b.test.yml": "cases:" });

    expect(await readPolicyFiles([dir])).toHaveLength(2);
  });

  it("must be there where tests are", async () => {
    const dir = await temporaryDirectory();
    await write(dir, { "a.test.yaml": "cases:" });

    await expect(readPolicyFiles([dir])).rejects.toThrow(
      `"${dir}" holds tests only; put the file of a policy there`,
    );
  });

  it("of a mounted ConfigMap are read once", async () => {
    const dir = await temporaryDirectory();
    await mount(dir, { "policy.yaml": "P", "other.yaml": "Q" });

    expect(await readPolicyFiles([dir])).toEqual([
      { path: join(dir, "other.yaml"), text: "Q" },
      { path: join(dir, "policy.yaml"), text: "P" },
    ]);
  });

  it("may begin with a byte order mark, which is no text", async () => {
    const dir = await temporaryDirectory();
    await write(dir, { "a.yaml": "\uFEFFversion: v1" });

    expect((await readPolicyFiles([dir]))[0]?.text).toBe("version: v1");
  });

  it("report every problem at once, each with its path", async () => {
    const dir = await temporaryDirectory();
    await mkdir(join(dir, "empty"));
    await mkdir(join(dir, "links"));
    await symlink("nowhere", join(dir, "links", "gone.yaml"));
    await symlink("loop.yaml", join(dir, "links", "loop.yaml"));
    await write(dir, { "latin.yaml": Buffer.from([0x61, 0xe4, 0x0a]), "good.yaml": "g" });
    const named = ["missing.yaml", "empty", "links", "latin.yaml", "good.yaml", "good.yaml/x"];

    const read = readPolicyFiles(named.map((name) => join(dir, name)));

    await expect(read).rejects.toBeInstanceOf(FileError);
    await expect(read).rejects.toMatchObject({
      problems: [
        `"${dir}/missing.yaml" cannot be read: there is no such file or directory; name one that exists`,
        `"${dir}/empty" holds no policy file; put a file ending in .yaml, .yml or .json there`,
        `"${dir}/links/gone.yaml" cannot be read: there is no such file or directory; name one that exists`,
        `"${dir}/links/loop.yaml" cannot be read: its symbolic links go round in a circle; let them end at a file`,
        `"${dir}/good.yaml/x" cannot be read: a part of the path is a file; name a directory there`,
        `"${dir}/latin.yaml" cannot be read: it is not UTF-8 text; save it as UTF-8`,
      ],
    });
  });

  it("are those of the repository's own kind", async () => {
    const own = await readPolicyFiles(["package.json"]);

    expect(own).toEqual([{ path: "package.json", text: await readFile("package.json", "utf8") }]);
  });
});
