import { isIP } from "node:net";

/** Under which names a webhook is called. */
export interface ServedUnder {
  readonly service: string;
  readonly namespace: string;
  /** What the server listens on. */
  readonly host: string;
}

/** The hosts that a certificate for a Service is for: the name an API server calls, the shorter and longer forms of it
 * that other Pods use, and the address of a webhook that is registered by URL. */
export function serviceHosts({ service, namespace, host }: ServedUnder): string[] {
  const names = ["svc", "svc.cluster.local"].map((zone) => `${service}.${namespace}.${zone}`);
  const isEvery = host === "0.0.0.0" || host === "::";
  return [...names, `${service}.${namespace}`, service, ...(isIP(host) === 0 || isEvery ? [] : [host])];
}
