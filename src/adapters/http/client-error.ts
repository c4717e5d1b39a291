import type { Duplex } from "node:stream";

import { refusal } from "./refusal.ts";

/** Answers what never became a request as far as HTTP was spoken at all, else closes the connection. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  const reply = replyTo(error.code ?? "");
  if (reply === undefined || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = reply;
  const head = [
    `HTTP/1.1 ${status} ${reasons[status] ?? ""}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => {
    socket.destroy();
  });
}

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  408: "Request Timeout",
  413: "Payload Too Large",
  431: "Request Header Fields Too Large",
};

// What is not listed has no HTTP to answer in: failed handshakes, resets.
function replyTo(code: string): ReturnType<typeof refusal> | undefined {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return refusal(408, "the request did not arrive whole in time; send it again");
    case "HPE_INVALID_EOF_STATE":
      return refusal(400, "the request ended before it was whole; send it again");
    case "HPE_HEADER_OVERFLOW":
      return refusal(431, "the header fields are too large; an API server sends less than 16 KiB");
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return refusal(413, "the chunk extensions are too large; send the body without them");
    default:
      return code.startsWith("HPE_")
        ? refusal(400, "this is not HTTP/1.1; send one POST with an AdmissionReview")
        : undefined;
  }
}
