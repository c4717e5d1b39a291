import { generateKeyPairSync } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";

import { CertificateError } from "#src/adapters/tls/certificate-error.ts";
import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { readCertificate } from "#src/adapters/tls/read-certificate.ts";
import { writeCertificates } from "#src/adapters/tls/write-certificates.ts";
import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";

const pems = await createSelfSigned({
  hosts: ["localhost"],
  now: new Date("2020-01-01T00:05:00Z"),
  lifetimeMs: 60_000,
});
const other = await createSelfSigned({ hosts: ["localhost"] });

describe("a certificate that is read", () => {
  it("tells its hosts and its end, and may have expired", async () => {
    const files = await writeCertificates(await temporaryDirectory(), pems);

    expect(await readCertificate(files.cert, files.key)).toEqual({
      cert: pems.cert,
      key: pems.key,
      hosts: "DNS:localhost",
      fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/) as unknown,
      notBefore: new Date("2020-01-01T00:00:00Z"),
      notAfter: new Date("2020-01-01T00:06:00Z"),
    });
  });

  it("may be followed by its chain", async () => {
    const files = await writeCertificates(await temporaryDirectory(), pems);
    await writeFile(files.cert, pems.cert + pems.ca);

    expect((await readCertificate(files.cert, files.key)).hosts).toBe("DNS:localhost");
  });

  const { privateKey: encrypted } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" },
  });
  it.each([
    {
      title: "no certificate",
      cert: "hello",
      key: pems.key,
      message: /tls\.crt" holds no certificate; it must be PEM/,
    },
    { title: "an empty file", cert: "", key: pems.key, message: /tls\.crt" holds no certificate/ },
    {
      title: "a key for a certificate",
      cert: pems.key,
      key: pems.key,
      message: /tls\.crt" holds no certificate/,
    },
    { title: "no key", cert: pems.cert, key: pems.cert, message: /tls\.key" holds no private key/ },
    {
      title: "an encrypted key",
      cert: pems.cert,
      key: encrypted,
      message: /tls\.key" is encrypted; .*passphrase/,
    },
    {
      title: "another's key",
      cert: pems.cert,
      key: other.key,
      message:
        /tls\.key" is not the key of the certificate in ".*tls\.crt"; put both files of one pair there/,
    },
    {
      title: "half a chain",
      cert: pems.cert + pems.ca.slice(0, 200),
      key: pems.key,
      message: /tls\.crt" cannot be served/,
    },
  ])("is refused: $title", async ({ cert, key, message }) => {
    const files = await writeCertificates(await temporaryDirectory(), { ca: "", cert, key });

    const read = readCertificate(files.cert, files.key);

    await expect(read).rejects.toBeInstanceOf(CertificateError);
    await expect(read).rejects.toThrow(message);
  });

  it("is refused: a key too weak to be served", async () => {
    const weak = await generate([], { keyType: "rsa", keySize: 512, algorithm: "sha256" });
    const files = await writeCertificates(await temporaryDirectory(), {
      ca: "",
      cert: weak.cert,
      key: weak.private,
    });

    await expect(readCertificate(files.cert, files.key)).rejects.toThrow(
      /cannot be served \(.*\); put a certificate with/,
    );
  });

  it("names the file that is missing, or is a directory", async () => {
    const dir = await temporaryDirectory();
    const files = await writeCertificates(dir, pems);

    await expect(readCertificate(files.cert, dir)).rejects.toThrow(
      `"${dir}" cannot be read: it is a directory`,
    );
    await rm(files.cert);
    await expect(readCertificate(files.cert, files.key)).rejects.toThrow(
      `"${files.cert}" cannot be read: there is no such file`,
    );
  });
});
