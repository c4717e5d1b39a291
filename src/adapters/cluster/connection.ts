import type * as ClientNode from "@kubernetes/client-node";

/** What requests and streams need of the client library. */
export interface Connection {
  readonly client: typeof ClientNode;
  readonly config: ClientNode.KubeConfig;
  readonly origin: string;
  readonly server: string;
  /** How long an answer, or the beginning of a stream, is waited for. */
  readonly answerMs: number;
}

/** Seen in the audit log of the API server. */
export const USER_AGENT = "podpecker";
