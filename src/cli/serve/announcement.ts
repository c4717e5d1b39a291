import { type AddressInfo } from "node:net";

import { type PolicySet } from "../../policy/policy-set.ts";
import { tell } from "../terminal.ts";
import { findExample } from "./example-step.ts";
import { type ServingCertificate } from "./serving-certificate.ts";

/** What there is to say once a server listens. */
export interface Announced {
  readonly webhook: AddressInfo;
  readonly metrics: AddressInfo;
  readonly certificate: ServingCertificate;
  readonly policies: PolicySet;
}

/** Tells people where the server listens, and the one line that shows what it does. */
export async function announce({ webhook, metrics, certificate, policies }: Announced): Promise<void> {
  const url = `https://${authority(webhook)}`;
  const until = certificate.notAfter.toISOString().slice(0, 10);
  tell(`Certificate: ${certificate.origin}, valid until ${until}`);
  tell(`Listening on ${url}/mutate, metrics on http://${authority(metrics)}/metrics`);
  const trust = certificate.ca === undefined ? ["--insecure"] : ["--ca", certificate.ca];
  const example = (await findExample(policies)) ?? "POD.yaml";
  const line = ["npx", "podpecker", "review", example, "--server", url, ...trust, "--output", "diff"];
  tell(`\nSee what becomes of a step's Pod, in another terminal:\n  ${line.map(shellWord).join(" ")}\n`);
}

/** Host and port as a client on this machine writes them. */
function authority({ address, family, port }: AddressInfo): string {
  const local: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };
  const host = local[address] ?? address;
  return family === "IPv6" ? `[${host}]:${port}` : `${host}:${port}`;
}

const shellWord = (word: string): string =>
  /^[-\w./:@[\]=,+]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
