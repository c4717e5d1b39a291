import { createHash } from "node:crypto";

import type { ApiObject } from "./api-object.ts";

/** What `kubectl describe` is to show of an object. */
export interface Told {
  /** In CamelCase: `PolicyRejected`. */
  readonly reason: string;
  readonly message: string;
  /** What makes it the same Event as another one, where that is not the message. */
  readonly identity?: string;
  readonly type?: "Warning" | "Normal";
}

/** Who tells it, and when. */
export interface Teller {
  readonly component: string;
  readonly instance: string;
  readonly at: Date;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ in its older form, core/v1. */
export type Event = ReturnType<typeof eventFor>;

// What the API allows an Event of the newer form, counted in bytes.
const MAX_MESSAGE = 1024;

/** The Event for what is told of an object. Its name is made of what is told about which version, so that it is one
 * Event, however many replicas tell it. */
export function eventFor(about: ApiObject, told: Told, { component, instance, at }: Teller) {
  const { name, namespace = "default", uid, resourceVersion } = about.metadata;
  const identity = JSON.stringify([
    uid,
    namespace,
    name,
    resourceVersion,
    told.reason,
    told.identity ?? told.message,
  ]);
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      namespace,
      name: `${component}.${createHash("sha256").update(identity).digest("hex").slice(0, 32)}`,
    },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      namespace: about.metadata.namespace,
      name,
      uid,
      resourceVersion,
    },
    type: told.type ?? "Warning",
    reason: told.reason,
    message: cut(told.message),
    count: 1,
    firstTimestamp: at.toISOString(),
    lastTimestamp: at.toISOString(),
    source: { component },
    reportingComponent: component,
    reportingInstance: instance,
  };
}

function cut(message: string): string {
  const bytes = Buffer.from(message);
  if (bytes.length <= MAX_MESSAGE) return message;
  const room = MAX_MESSAGE - Buffer.byteLength("…");
  // In a stream the decoder keeps back what is half a character.
  return `${new TextDecoder().decode(bytes.subarray(0, room), { stream: true })}…`;
}
