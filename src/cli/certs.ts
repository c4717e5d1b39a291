import { existsSync, statSync } from "node:fs";

import { type Command } from "commander";

import { createSelfSigned } from "../adapters/tls/create-self-signed.ts";
import { certificateFiles, writeCertificates } from "../adapters/tls/write-certificates.ts";
import { InputError } from "./input-error.ts";
import { print } from "./terminal.ts";

const AFTER_HELP = `
Writes ca.crt, tls.crt and tls.key (readable by its owner only). They hold for a
year and for development: the CA's key is thrown away, so the CA vouches for
this one certificate. A server that serves from there takes new files over
without a restart.

Exit codes: 0 written, 2 not written, 70 a defect of Podpecker.

Examples:
  podpecker certs certs/development
  podpecker certs certs/cluster --host podpecker.podpecker.svc
  podpecker certs certs/development --force`;

interface CertsOptions {
  readonly host: readonly string[];
  readonly force?: true;
}

/** `podpecker certs`: a CA and a certificate to try things out with. */
export function defineCerts(command: Command): void {
  command
    .argument("<directory>", "where to write; made if it is missing")
    .option("--host <name...>", "DNS names and IP addresses that clients will call", [
      "localhost",
      "127.0.0.1",
      "::1",
    ])
    .option("--force", "replace the files of an earlier run")
    .addHelpText("after", AFTER_HELP)
    .action(certs);
}

async function certs(directory: string, { host, force }: CertsOptions): Promise<void> {
  refuseFile(directory);
  if (force !== true) refuseExisting(directory);
  const files = await writeCertificates(directory, await createSelfSigned({ hosts: host }), {
    overwrite: force === true,
  });
  print(`Wrote a certificate for ${host.join(", ")}:
  ${files.ca}  what clients must trust
  ${files.cert} the certificate
  ${files.key} its key, for the server only

Serve with it:
  podpecker serve --policy PATH --tls-cert ${files.cert} --tls-key ${files.key}
Call the server, trusting it:
  podpecker review POD.yaml --server https://HOST:8443 --ca ${files.ca}
Register it in a cluster: caBundle is the output of
  base64 < ${files.ca} | tr -d '\\n'
`);
}

function refuseFile(directory: string): void {
  if (existsSync(directory) && statSync(directory).isFile())
    throw new InputError([`podpecker: "${directory}" is a file; name a directory to write into`]);
}

function refuseExisting(directory: string): void {
  const { ca, cert, key } = certificateFiles(directory);
  const present = [ca, cert, key].filter((path) => existsSync(path));
  if (present.length > 0)
    throw new InputError([
      `podpecker: ${present.join(", ")} exist already; remove them, replace them with --force, or name another directory`,
    ]);
}
