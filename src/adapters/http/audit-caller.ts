import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Reads the token that a caller from elsewhere must have; nothing where there is none. */
export type ReadToken = () => Promise<string | undefined>;

// Nothing else of 127.0.0.0/8: a service mesh brings calls from anywhere as 127.0.0.6.
const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);
const LOCAL_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?$/i;
const FORWARDED = ["forwarded", "x-forwarded-for", "via"];

/** Whether the trail may be shown: to callers on this machine, `kubectl port-forward` among them, and to who has the token. */
export async function maySeeTrail(request: IncomingMessage, readToken?: ReadToken): Promise<boolean> {
  if (isLocal(request)) return true;
  const presented = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  if (presented === undefined || readToken === undefined) return false;
  const token = await readToken();
  return token !== undefined && isSame(presented, token);
}

/** A proxy on this machine is not its own caller, and a web page that has this address resolved to its own name sends that. */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  const isLoopback = LOOPBACK.has(socket.remoteAddress ?? "");
  return (
    isLoopback &&
    LOCAL_HOST.test(headers.host ?? "") &&
    FORWARDED.every((name) => headers[name] === undefined)
  );
}

/** In a time that says nothing of either, their lengths included. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
