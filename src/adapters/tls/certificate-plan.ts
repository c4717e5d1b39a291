import { isIP } from "node:net";

import { type Authority, bounded, includes, isOver, newestFirst, readBundle } from "./ca-bundle.ts";
import {
  type ManagedCertificates,
  type ManagedPair,
  type SecretContent,
  writeCertificateSecret,
} from "./certificate-secret.ts";
import { type Certificates, CLOCK_SKEW_MS } from "./create-self-signed.ts";

/** A webhook configuration that exists, as one replica sees it. */
export interface SeenConfiguration {
  /** What each of its webhooks trusts. */
  readonly trusted: readonly (readonly Authority[])[];
  /** For how long this replica knows that nobody changed it, by what it saw itself: the clocks of two replicas differ. */
  readonly unchangedMs: number;
}

/** All that a plan is made from. */
export interface Scene {
  readonly certificates: ManagedCertificates;
  /** Those that exist, read after the Secret. */
  readonly configurations: readonly SeenConfiguration[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What is wanted of the certificates. */
export interface Terms {
  readonly hosts: readonly string[];
  readonly lifetimeMs: number;
  /** How long an API server may take to hear of a change. */
  readonly settleMs: number;
}

/** What to do with the Secret next; a content may be written only where nobody changed the Secret since it was read. */
export type SecretPlan =
  | {
      readonly step: "issue";
      readonly hosts: readonly string[];
      readonly contentWith: (made: Certificates) => SecretContent;
    }
  | { readonly step: "promote" | "prune"; readonly content: SecretContent }
  | { readonly step: "rest"; readonly forMs: number };

/** Plans the next write of the Secret. Pure. Any number of replicas may follow it at once, and die at any point: a pair
 * is served only after all configurations have trusted its CA for long enough, and their trust outlives the pair.
 *
 * | the Secret holds                              | step    | what is written                                   |
 * | --------------------------------------------- | ------- | ------------------------------------------------- |
 * | no pair that will do, while nobody serves one | issue   | a new pair as tls.*, its CA before all others     |
 * | no pair that will do for much longer          | issue   | a new pair as next.*, its CA among the others     |
 * | a next.* that all have trusted long enough    | promote | next.* as tls.*                                   |
 * | CAs that are over, a next.* nobody needs      | prune   | the rest                                          |
 */
export function planSecret(scene: Scene, terms: Terms): SecretPlan {
  const { current, next } = scene.certificates;
  if (next !== undefined && willDo(next, scene.now, terms))
    return mayPromote(scene, next, terms) ? promote(scene, next) : (prune(scene, next) ?? rest(scene, terms));
  if (current === undefined || !willDo(current, scene.now, terms) || renewalOf(current, terms) <= scene.now)
    return issue(scene, terms);
  return prune(scene, undefined) ?? rest(scene, terms);
}

/** Whether a pair can be served now, by whatever clock is right. */
export const isAlive = ({ notBefore, notAfter }: ManagedPair, now: number): boolean =>
  notBefore.getTime() - CLOCK_SKEW_MS <= now && now < notAfter.getTime();

const willDo = (pair: ManagedPair, now: number, { hosts }: Terms): boolean =>
  pair.authority !== undefined && isAlive(pair, now) && isFor(pair, hosts);

const isFor = ({ leaf }: ManagedPair, hosts: readonly string[]): boolean =>
  hosts.every((host) => (isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) !== undefined);

/** A third of a life is left for the renewal, and for whoever must mend what is in its way. */
function renewalOf({ notBefore, notAfter }: ManagedPair, { lifetimeMs }: Terms): number {
  const issuedAt = notBefore.getTime() + CLOCK_SKEW_MS;
  return issuedAt + (2 / 3) * Math.min(notAfter.getTime() - issuedAt, lifetimeMs);
}

function mayPromote(scene: Scene, next: ManagedPair, { settleMs }: Terms): boolean {
  const { configurations, now } = scene;
  if (isNobodyServing(scene)) return true;
  return (
    next.notBefore.getTime() <= now &&
    configurations.length > 0 &&
    configurations.every((seen) => seen.unchangedMs >= settleMs && isTrusted(next, seen))
  );
}

const isTrusted = ({ authority }: ManagedPair, { trusted }: SeenConfiguration): boolean =>
  authority !== undefined && trusted.every((bundle) => includes(bundle, authority));

/** Whether no replica can be serving a pair that an API server accepts: then nothing can be broken, and nothing waits.
 * A Secret without a pair does not say so by itself, since replicas go on with what they read before. */
function isNobodyServing({ certificates, configurations, now }: Scene): boolean {
  const { current, next, authorities } = certificates;
  if (current !== undefined && isAlive(current, now)) return false;
  if (current !== undefined && current.notAfter.getTime() <= now) return true;
  const trusted = [...authorities, ...configurations.flatMap((seen) => seen.trusted.flat())];
  return trusted.every(
    ({ fingerprint, notAfter }) => fingerprint === next?.authority?.fingerprint || notAfter <= now,
  );
}

function issue(scene: Scene, { hosts }: Terms): SecretPlan {
  const { current, next } = scene.certificates;
  // Replicas of two versions may want different hosts for a while; with the hosts of both, they do not take turns.
  const narrow = [current, next].filter((pair) => pair !== undefined && !isFor(pair, hosts));
  return {
    step: "issue",
    hosts: [...new Set([...hosts, ...narrow.flatMap(hostsOf)])],
    contentWith: (made) => {
      const [authority] = readBundle(made.ca);
      return isNobodyServing(scene)
        ? writeCertificateSecret({ current: made }, authoritiesOf(scene, [authority]))
        : writeCertificateSecret(
            { current, next: made },
            authoritiesOf(scene, [current?.authority, authority]),
          );
    },
  };
}

/** As OpenSSL prints it: `DNS:podpecker.podpecker.svc, IP Address:127.0.0.1`. */
const hostsOf = (pair: ManagedPair | undefined): string[] =>
  [...(pair?.hosts ?? "").matchAll(/(?:DNS|IP Address):([^,]+)/g)].map(([, host = ""]) => host);

const promote = (scene: Scene, next: ManagedPair): SecretPlan => ({
  step: "promote",
  content: writeCertificateSecret({ current: next }, authoritiesOf(scene, [next.authority])),
});

function prune(scene: Scene, keptNext: ManagedPair | undefined): SecretPlan | undefined {
  const { current, next, authorities, flaws } = scene.certificates;
  const isNextLeft = keptNext === undefined && (next !== undefined || flaws.next !== undefined);
  if (!isNextLeft && !authorities.some((authority) => isOver(authority, scene.now))) return undefined;
  const first = authoritiesOf(scene, [current?.authority, keptNext?.authority]);
  return { step: "prune", content: writeCertificateSecret({ current, next: keptNext }, first) };
}

/** These, then all others that the Secret has, or that a configuration remembers of a Secret that is gone. */
function authoritiesOf(
  { certificates, configurations, now }: Scene,
  first: readonly (Authority | undefined)[],
): Authority[] {
  const remembered = configurations.flatMap(({ trusted }) => trusted.flat());
  const others = [...certificates.authorities, ...remembered.filter(({ isOwn }) => isOwn)];
  return bounded([
    ...first.filter((authority) => authority !== undefined),
    ...newestFirst(others.filter((authority) => !isOver(authority, now))),
  ]);
}

function rest({ certificates, configurations, now }: Scene, terms: Terms): SecretPlan {
  const { current, next, authorities } = certificates;
  const waits = [
    ...(current === undefined ? [] : [renewalOf(current, terms) - now]),
    ...(next === undefined ? [] : [next.notBefore.getTime() - now, next.notAfter.getTime() - now]),
    ...(next === undefined ? [] : configurations.map(({ unchangedMs }) => terms.settleMs - unchangedMs)),
    ...authorities.map(({ notAfter }) => notAfter + CLOCK_SKEW_MS - now),
  ];
  return { step: "rest", forMs: Math.min(...waits.filter((wait) => wait > 0)) };
}
