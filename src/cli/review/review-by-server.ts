import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";

import { InputError } from "../input-error.ts";
import { toldAccount } from "./told-account.ts";
import { readAnswer, type Reviewer } from "./verdict.ts";

/** A webhook and how it is trusted. */
export interface ServerPlace {
  readonly url: URL;
  /** A file with the CAs to trust; the system's where there is none. */
  readonly ca: string | undefined;
  readonly insecure: boolean;
}

// What an API server waits at most: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#timeouts
const TIMEOUT_MS = 30_000;

interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Lets a webhook decide, as an API server does. To be closed when the last review is done. */
export async function createServerReviewer(
  place: ServerPlace,
): Promise<{ readonly review: Reviewer; readonly close: () => void }> {
  const ca = place.ca === undefined ? undefined : await readAuthorities(place.ca);
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 1,
    rejectUnauthorized: !place.insecure,
    ...(ca === undefined ? {} : { ca }),
  });
  const url = new URL(place.url);
  if (url.pathname === "/") url.pathname = "/mutate";
  const review: Reviewer = async (body) => {
    const { status, text } = await post(url, agent, body);
    const read = status === 200 ? readAnswer(text) : undefined;
    if (read === undefined) throw new InputError([`${url.href}: ${refusalOf(status, text)}`]);
    return { body: text, ...read, account: toldAccount(read, podOf(body)) };
  };
  return {
    review,
    close: () => {
      agent.destroy();
    },
  };
}

async function readAuthorities(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = codeOf(error) === "ENOENT" ? "there is no such file" : codeOf(error);
    throw new InputError([
      `"${path}" cannot be read: ${reason}; --ca names the CA that signed the server's certificate`,
    ]);
  }
}

function post(url: URL, agent: Agent, body: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(new InputError([`${url.href}: ${explain(error)}`]));
    };
    const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const sent = request(url, { method: "POST", agent, headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", fail);
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
      });
    });
    sent.on("error", fail);
    sent.end(body);
  });
}

/** The Pod of a review that was made or checked here. */
const podOf = (body: string): unknown =>
  (JSON.parse(body) as { readonly request: { readonly object: unknown } }).request.object;

function refusalOf(status: number, text: string): string {
  const said = text.trim().slice(0, 300);
  return status === 200
    ? `the answer is no AdmissionReview: ${said}`
    : `the webhook answered with status ${status}: ${said}`;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : String(error);

function explain(error: Error): string {
  const code = codeOf(error);
  return (
    reasons[code] ?? (error.name === "TimeoutError" ? "there was no answer within 30 seconds" : error.message)
  );
}

const untrusted =
  "its certificate is signed by a CA that is not trusted here; name it with --ca (or use --insecure for a try)";

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; start it with podpecker serve, or mend the URL",
  ECONNRESET: "the connection was cut; is this a podpecker webhook, and does it speak TLS?",
  ENOTFOUND: "there is no host of this name",
  EAI_AGAIN: "the host's name cannot be looked up now",
  EPROTO: "what listens there does not speak TLS",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "its certificate is for other names; use one of those in the URL, or make one with podpecker certs --host",
  CERT_HAS_EXPIRED: "its certificate has expired",
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
};
