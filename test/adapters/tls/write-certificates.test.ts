import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { certificateFiles, writeCertificates } from "#src/adapters/tls/write-certificates.ts";
import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";

const pems = { ca: "CA", cert: "CERT", key: "KEY" };

describe("certificates on disk", () => {
  it("lie in a directory made for them, the key readable by its owner only", async () => {
    const dir = join(await temporaryDirectory(), "a", "b");

    const files = await writeCertificates(dir, pems);

    expect(files).toEqual({
      ca: join(dir, "ca.crt"),
      cert: join(dir, "tls.crt"),
      key: join(dir, "tls.key"),
    });
    expect(await readFile(files.key, "utf8")).toBe("KEY");
    expect((await stat(files.key)).mode & 0o777).toBe(0o600);
    expect((await readdir(dir)).sort()).toEqual(["ca.crt", "tls.crt", "tls.key"]);
  });

  it.each(["ca", "cert", "key"] as const)("never replace a %s unless told", async (which) => {
    const dir = await temporaryDirectory();
    const file = certificateFiles(dir)[which];
    await writeFile(file, "old", { mode: 0o644 });

    await expect(writeCertificates(dir, pems)).rejects.toThrow(
      `"${file}" exists already; remove it, or allow overwriting`,
    );
    expect(await readdir(dir)).toHaveLength(1);
    expect(await readFile(file, "utf8")).toBe("old");

    await writeCertificates(dir, pems, { overwrite: true });
    expect(await readFile(file, "utf8")).toBe(pems[which]);
    expect((await stat(join(dir, "tls.key"))).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toHaveLength(3);
  });

  it.each([
    { title: "below a file", under: "tls.key/sub", message: /a part of the path is a file/ },
    { title: "in a file's place", under: "tls.key", message: /cannot be written/ },
  ])("cannot lie $title", async ({ under, message }) => {
    const dir = await temporaryDirectory();
    await writeFile(join(dir, "tls.key"), "");

    await expect(writeCertificates(join(dir, under), pems)).rejects.toThrow(message);
  });

  // Not even root may make directories in the kernel's own file system.
  it("need permission", async () => {
    await expect(writeCertificates("/sys/podpecker", pems)).rejects.toThrow(
      /^"\/sys\/podpecker" cannot be written: .*(permission|read-only)/,
    );
  });
});
