import type { IncomingMessage } from "node:http";

import type { Reply } from "./reply.ts";

/**
 * The largest body that is read. A review holds at most two objects (old and new), each of at most 3 MiB (what
 * the API server takes in one write), and less than 1 MiB beside them:
 * https://github.com/kubernetes-sigs/controller-runtime/blob/v0.21.0/pkg/webhook/admission/http.go
 */
export const MAX_BODY = 7 * 1024 * 1024;

// Who is at fault, and what is answered; the body is always {"error": "…"}.
//
// | situation                                      | at fault | status        |
// | ---------------------------------------------- | -------- | ------------- |
// | no such path                                   | caller   | 404           |
// | another method on a known path                 | caller   | 405 and Allow |
// | head or body came too slowly                   | network  | 408           |
// | body above MAX_BODY                            | caller   | 413           |
// | not application/json, or compressed            | caller   | 415           |
// | header fields above the limit                  | caller   | 431           |
// | not HTTP; body cut short; body not a review    | caller   | 400           |
// | not TLS, or TLS below 1.2                      | caller   | closed        |
// | not ready (reviews of Pods, /readyz)           | nobody   | 503           |
// | draining (/readyz)                             | nobody   | 503           |
// | anything thrown that is not in this table      | us       | 500           |

/** A reply that names what is wrong and what would be right. */
export function refusal(status: number, error: string): Reply {
  return { status, body: JSON.stringify({ error }) };
}

/** The reply to a review that came too early. */
export function notReady(missing: readonly string[]): Reply {
  return refusal(503, `no Pod can be decided about yet: ${missing.join("; ")}`);
}

/** The reply to another method on a path that exists. */
export function methodNotAllowed(request: IncomingMessage, allow: string): Reply {
  const error = `${quote(request.method)} is not served at ${quote(request.url)}; send ${allow}`;
  return { ...refusal(405, error), headers: { Allow: allow } };
}

/** The reply to a path that does not exist; `known` lists those that do. */
export function notFound(request: IncomingMessage, known: string): Reply {
  return refusal(404, `there is nothing at ${quote(request.url)}; known are ${known}`);
}

/** The reply to a review sent as something other than JSON. */
export function notJson(request: IncomingMessage): Reply {
  const sent = request.headers["content-type"];
  const what = sent === undefined ? "missing" : quote(sent);
  return refusal(415, `the Content-Type is ${what}; send the AdmissionReview as "application/json"`);
}

/** The reply to what express could not read, or undefined when the error is a defect of ours. */
export function unreadable(error: unknown, request: IncomingMessage): Reply | undefined {
  // `type` is body-parser's own word for each failure: https://github.com/expressjs/body-parser/tree/v2.2.0#errors
  const type = error instanceof Error && "type" in error ? error.type : undefined;
  switch (type) {
    case "entity.too.large":
      return refusal(413, `the body is larger than ${MAX_BODY} bytes; send one AdmissionReview`);
    case "encoding.unsupported": {
      const encoding = quote(request.headers["content-encoding"]);
      return refusal(415, `the Content-Encoding is ${encoding}; send the body uncompressed`);
    }
    case "request.aborted":
    case "request.size.invalid":
      return refusal(400, "the body ended before its Content-Length; send it whole");
    default:
      return undefined;
  }
}

// Long enough for any path or type that was meant, short enough not to echo an attack.
const quote = (text = ""): string => JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
