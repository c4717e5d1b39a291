import { generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";

/** The files by which the parts of a control plane know each other. */
export interface Credentials {
  readonly caFile: string;
  readonly certificateFile: string;
  readonly keyFile: string;
  readonly tokensFile: string;
  readonly serviceAccountKeyFile: string;
  readonly serviceAccountPublicKeyFile: string;
}

/** Whom the API server knows by a token; everybody else is a ServiceAccount or is impersonated. */
export interface Tokens {
  /** In `system:masters`, whom no rule refuses anything. */
  readonly admin: string;
  /** Known, and allowed nothing. */
  readonly stranger: string;
}

export const credentialsIn = (directory: string): Credentials => ({
  caFile: join(directory, "ca.crt"),
  certificateFile: join(directory, "server.crt"),
  keyFile: join(directory, "server.key"),
  tokensFile: join(directory, "tokens.csv"),
  serviceAccountKeyFile: join(directory, "service-accounts.key"),
  serviceAccountPublicKeyFile: join(directory, "service-accounts.pub"),
});

/** Makes all of them, for a server that is called by these addresses. */
export async function writeCredentials(directory: string, addresses: readonly string[]): Promise<void> {
  const files = credentialsIn(directory);
  const { ca, cert, key } = await createSelfSigned({
    hosts: [...addresses, "localhost", "kubernetes.default.svc"],
  });
  writeFileSync(files.caFile, ca);
  writeFileSync(files.certificateFile, cert);
  writeFileSync(files.keyFile, key);
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(files.serviceAccountKeyFile, privateKey.export({ type: "pkcs1", format: "pem" }));
  writeFileSync(files.serviceAccountPublicKeyFile, publicKey.export({ type: "spki", format: "pem" }));
  const token = (): string => randomBytes(16).toString("hex");
  writeFileSync(
    files.tokensFile,
    `${token()},admin,admin,system:masters\n${token()},stranger,stranger,strangers\n`,
  );
}

/** The tokens, as they were written. */
export function readTokens(directory: string): Tokens {
  const lines = readFileSync(credentialsIn(directory).tokensFile, "utf8").split("\n");
  const [admin = "", stranger = ""] = lines.map((line) => line.split(",")[0] ?? "");
  return { admin, stranger };
}
