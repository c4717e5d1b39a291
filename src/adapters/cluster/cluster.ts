/** A request to the API server. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of the body; a patch says by it which kind it is. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
}

/** What the API server said, whatever its status. */
export interface ApiReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What its JSON says; text where it is none. */
  readonly body: unknown;
}

/** A stream of changes, and who hears of them. */
export interface StreamRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** How long it may go on once it is open. */
  readonly longestMs: number;
  /** How long it may bring nothing: a connection that died without a word is noticed by this alone. */
  readonly quietMs: number;
  readonly signal: AbortSignal;
  readonly onOpen: () => void;
  /** Must not throw: nobody would hear of it. */
  readonly onEvent: (type: string, object: unknown) => void;
}

/** An API server that is known, with the credentials for it. Nothing was sent there yet. */
export interface Cluster {
  /** Whence it is known, for messages: `context "kind" of "/home/me/.kube/config"`. */
  readonly origin: string;
  readonly server: string;
  /** Resolves with the answer, whatever its status.
   * @throws {ClusterError} when there is no answer
   */
  readonly request: (request: ApiRequest) => Promise<ApiReply>;
  /** Resolves when the server ends the stream, with its status: 200 where the time was simply over.
   * @throws {ClusterError} when it cannot be opened, breaks off, or goes on for too long
   */
  readonly stream: (request: StreamRequest) => Promise<Pick<ApiReply, "status" | "body">>;
}
