import { X509Certificate } from "node:crypto";
import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";
import { podpecker } from "./podpecker.ts";

describe("podpecker certs", () => {
  it("writes a CA, a certificate for the hosts and a key for the owner's eyes only", async () => {
    const directory = join(await temporaryDirectory(), "a", "b");

    const { code, stdout } = await podpecker(["certs", directory, "--host", "podpecker.svc", "10.0.0.1"]);

    expect(code).toBe(0);
    const [ca, cert] = await Promise.all(
      ["ca.crt", "tls.crt"].map(async (name) => new X509Certificate(await readFile(join(directory, name)))),
    );
    expect(cert?.subjectAltName).toBe("DNS:podpecker.svc, IP Address:10.0.0.1");
    expect(ca !== undefined && cert?.verify(ca.publicKey)).toBe(true);
    expect((await stat(join(directory, "tls.key"))).mode & 0o777).toBe(0o600);
    for (const name of ["ca.crt", "tls.crt", "tls.key"]) expect(stdout).toContain(join(directory, name));
    expect(stdout).toContain(`--tls-cert ${join(directory, "tls.crt")}`);
  });

  it("replaces files with --force only", async () => {
    const directory = await temporaryDirectory();
    await podpecker(["certs", directory]);
    const first = await readFile(join(directory, "tls.crt"), "utf8");

    const refused = await podpecker(["certs", directory]);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain("--force");
    expect(await readFile(join(directory, "tls.crt"), "utf8")).toBe(first);

    expect((await podpecker(["certs", directory, "--force"])).code).toBe(0);
    expect(await readFile(join(directory, "tls.crt"), "utf8")).not.toBe(first);
  });

  it.each([
    { about: "a host that can stand in no certificate", words: ["--host", "a/b"], says: '"a/b"' },
    { about: "a place below a file", words: [], says: "package.json" },
  ])("says what is wrong with $about", async ({ words, says }) => {
    const directory = words.length === 0 ? "package.json/certs" : await temporaryDirectory();

    const { code, stderr } = await podpecker(["certs", directory, ...words]);

    expect(code).toBe(2);
    expect(stderr).toContain(says);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("says that a directory is not its to write in", async () => {
    const directory = await temporaryDirectory();
    await chmod(directory, 0o555);

    const { code, stderr } = await podpecker(["certs", directory], { isNobody: true });

    expect(code).toBe(2);
    expect(stderr).toContain("permission");
  });
});
