import { harmless } from "../../text/quote.ts";
import { ClusterError } from "./cluster-error.ts";

/** The error for an API server that gives no answer. */
export function unreachable(
  { server, origin }: { readonly server: string; readonly origin: string },
  error: unknown,
): ClusterError {
  if (error instanceof ClusterError) return error;
  return new ClusterError(`the API server ${server} of ${origin} cannot be reached: ${reasonOf(error)}`, {
    cause: error,
  });
}

/** The error for credentials that a plugin does not give, or a file does not hold any more. */
export const withoutCredentials = (origin: string, error: unknown): ClusterError =>
  new ClusterError(`${origin}: the credentials cannot be had: ${reasonOf(error)}`, { cause: error });

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return harmless(String(error));
  const code = "code" in error ? String(error.code) : "";
  return reasons[code] ?? reasons[error.name] ?? harmless(error.message);
}

const untrusted =
  "its certificate is signed by another CA than the one that is known; renew certificate-authority-data";

const reasons: Readonly<Record<string, string>> = {
  TimeoutError: "there was no answer in time",
  AbortError: "there was no answer in time",
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was cut",
  ERR_STREAM_PREMATURE_CLOSE: "the connection was cut",
  ENOTFOUND: "there is no host of this name",
  EAI_AGAIN: "the host's name cannot be looked up now",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  EPROTO: "what listens there does not speak TLS",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for other names",
  CERT_HAS_EXPIRED: "its certificate has expired",
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
};
