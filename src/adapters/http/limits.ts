/** How long and how much a server lets a caller take; all times in milliseconds. */
export interface Limits {
  readonly keepAliveMs: number;
  readonly headersMs: number;
  readonly requestMs: number;
  readonly stalledMs: number;
  readonly handshakeMs: number;
  readonly checkMs: number;
  readonly headerBytes: number;
}

/** The limits that fit the API server as a caller. */
export const limits: Limits = {
  // Go's transport drops idle connections at 90 s; the server must be the later one, or a request meets a closed door:
  // https://github.com/golang/go/blob/go1.24.0/src/net/http/transport.go#L54
  keepAliveMs: 95_000,
  // As controller-runtime has it. Node counts from the first byte of a message, or from the connection for its first,
  // and not while a connection idles between two, so it may be shorter than keepAliveMs:
  // https://github.com/kubernetes-sigs/controller-runtime/blob/v0.21.0/pkg/internal/httpserver/server.go
  headersMs: 32_000,
  // No webhook may take more than 30 s (timeoutSeconds): a body that arrives later has nobody waiting for its answer.
  requestMs: 35_000,
  // A connection on which nothing moves in the middle of an exchange: the client has stopped reading or sending.
  stalledMs: 35_000,
  // Go's TLSHandshakeTimeout; Node's default is 120 s.
  handshakeMs: 10_000,
  // How often headersMs and requestMs are looked at; Node's default of 30 s would let 32 s be 62 s.
  checkMs: 2_000,
  // Node's default, stated because it is a promise: the API server sends well under 1 KiB, a bearer token included 3 KiB.
  headerBytes: 16 * 1024,
};
