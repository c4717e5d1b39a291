import { expect } from "vitest";

import { CLOCK_SKEW_MS } from "#src/adapters/tls/create-self-signed.ts";
import { type CertificateWorld, terms } from "#test/cli/serve/certificate-world.ts";
import { type Happening, isOutside } from "#test/cli/serve/happening.ts";
import { endOf, isValid, splitBundle, trusts } from "#test/cli/serve/trust.ts";

/** Lets something happen to a world, and checks that it was lawful. */
export type Play = (event: Happening) => Promise<void>;

/** What the laws have to remember. */
interface Memory {
  /** Since when each configuration has trusted all that is served, and nobody else wrote it. */
  readonly wholeSince: Map<string, number>;
  /** Certificates whose CA somebody else took away everywhere, so that no replica can know of it. */
  readonly lost: Set<string>;
  /** Certificates that were served at once because nobody served; since when each configuration trusts them. */
  readonly hasty: Map<string, Map<string, number>>;
  /** Whether the Secret had the CA of all that is served, and nobody else wrote it since. */
  isComplete: boolean;
  /** Whether somebody else wrote nonsense into the Secret, and no replica mended that yet. */
  isSpoilt: boolean;
}

/** What was there before something happened. */
interface Past {
  readonly version: string | undefined;
  readonly current: string;
  /** What was served, or would have been by a replica that starts. */
  readonly served: readonly string[];
  readonly bundles: ReadonlyMap<string, readonly string[]>;
}

/** The laws, for one world:
 * 1. no replica takes a CA from a configuration before its certificate has ended, nor one that is not Podpecker's;
 * 2. the Secret keeps the CA of all that is served, and gets it back from a configuration where somebody took it;
 * 3. nothing new comes into force before all configurations have trusted it for long enough, unless nobody serves;
 * 4. a Secret with a pair to begin with keeps one;
 * 5. whatever a replica serves is trusted by every state of a configuration that an API server may still go by.
 * Configurations count from when they trust all that is served: since somebody else wrote them they may not. */
export function createLaws(world: CertificateWorld): Play {
  const memory: Memory = {
    wholeSince: new Map(),
    lost: new Set(),
    hasty: new Map(),
    isComplete: false,
    isSpoilt: false,
  };
  return async (event) => {
    const past = look(world, memory);
    await world.happen(event);
    if (isOutside(event)) forget(world, memory, past, event);
    else assertLawful(world, memory, past);
    assertTrusted(world, memory);
  };
}

function look(world: CertificateWorld, { lost }: Memory): Past {
  const { cluster, replicas } = world;
  const stored = cluster.stored();
  const current = stored?.content["tls.crt"] ?? "";
  const certs = new Set([current, ...replicas.map(({ serving }) => serving() ?? "")]);
  return {
    version: stored?.version,
    current,
    served: [...certs].filter((cert) => isValid(cert, world.now()) && !lost.has(cert)),
    bundles: new Map(cluster.existing().map(({ title, bundles }) => [title, bundles])),
  };
}

function forget({ cluster, now }: CertificateWorld, memory: Memory, past: Past, event: Happening): void {
  if ("title" in event) memory.wholeSince.delete(event.title);
  else memory.isComplete = false;
  if (event.what === "spoil") memory.isSpoilt = true;
  const known = [
    cluster.stored()?.content["ca.crt"],
    ...cluster.existing().flatMap(({ bundles }) => bundles),
  ];
  for (const cert of past.served) if (!trusts(known.join(""), cert, now())) memory.lost.add(cert);
}

function assertLawful(world: CertificateWorld, memory: Memory, past: Past): void {
  const { version, current, served } = look(world, memory);
  assertNothingTaken(world, past);
  const isWritten = version !== past.version;
  if (isWritten && current !== past.current) {
    const isEnded = !isValid(past.current, world.now());
    expect(current !== "" || memory.isSpoilt || isEnded, "a pair to begin with stays").toBe(true);
    memory.isSpoilt = false;
    if (current !== "") assertPrepared(world, memory, current, past);
  }
  const whole = world.cluster.existing().filter(({ title }) => memory.wholeSince.has(title));
  if (memory.isComplete || (isWritten && whole.length > 0))
    expect(isRemembered(world, served), "the Secret remembers the CA of all that is served").toBe(true);
}

function assertNothingTaken({ cluster, now }: CertificateWorld, { bundles: before }: Past): void {
  const taken = cluster
    .existing()
    .flatMap(({ title, bundles }) =>
      (before.get(title) ?? []).flatMap((bundle, index) =>
        splitBundle(bundle).filter(
          (ca) => endOf(ca) + CLOCK_SKEW_MS / 2 > now() && bundles[index]?.includes(ca) !== true,
        ),
      ),
    );
  expect(taken, "taken from a configuration").toEqual([]);
}

function assertPrepared(
  world: CertificateWorld,
  { wholeSince, hasty }: Memory,
  cert: string,
  past: Past,
): void {
  const { cluster, now } = world;
  const whole = cluster.existing().filter(({ title }) => wholeSince.has(title));
  const isPrepared = whole.every(({ title }) =>
    visibleBundles(world, title, wholeSince.get(title)).every((bundle) => trusts(bundle, cert, now())),
  );
  if (isPrepared) return;
  hasty.set(cert, new Map());
  const disturbed = past.served.filter(
    (other) =>
      endOf(other) > now() + CLOCK_SKEW_MS &&
      whole.some(({ bundles }) => bundles.some((bundle) => trusts(bundle, other, now()))),
  );
  expect(disturbed, "served by somebody when another one came into force at once").toEqual([]);
}

function isRemembered({ cluster, now }: CertificateWorld, served: readonly string[]): boolean {
  const remembered = cluster.stored()?.content["ca.crt"] ?? "";
  return remembered !== "" && served.every((cert) => trusts(remembered, cert, now()));
}

/** Every bundle of a configuration, since it counts, that an API server may go by. */
const visibleBundles = ({ cluster, now }: CertificateWorld, title: string, since = Infinity): string[] =>
  cluster
    .episodes(title)
    .filter(({ to }) => to > Math.max(now() - terms.settleMs, since))
    .flatMap(({ bundles }) => bundles);

function assertTrusted(world: CertificateWorld, memory: Memory): void {
  const { cluster, now } = world;
  const { served } = look(world, memory);
  memory.isComplete = isRemembered(world, served);
  if (memory.isComplete) noteWhole(world, memory);
  noteTrusted(world, memory);
  for (const { title } of cluster.existing()) {
    const since = memory.wholeSince.get(title) ?? Infinity;
    const refusing = served.filter((cert) => {
      const trusting = memory.hasty.get(cert);
      const begin = trusting === undefined ? since : Math.max(since, trusting.get(title) ?? Infinity);
      return !visibleBundles(world, title, begin).every((bundle) => trusts(bundle, cert, now()));
    });
    expect(refusing, `served, and not trusted by ${title}`).toEqual([]);
  }
}

function noteWhole({ cluster, now }: CertificateWorld, { wholeSince }: Memory): void {
  const authorities = splitBundle(cluster.stored()?.content["ca.crt"] ?? "");
  const isWhole = (bundle: string): boolean => authorities.every((ca) => bundle.includes(ca));
  for (const { title, bundles } of cluster.existing())
    if (!wholeSince.has(title) && bundles.every(isWhole)) wholeSince.set(title, now());
}

function noteTrusted({ cluster, now }: CertificateWorld, { hasty }: Memory): void {
  for (const [cert, trusting] of hasty) {
    const titles = cluster
      .existing()
      .filter(({ bundles }) => bundles.every((bundle) => trusts(bundle, cert, now())))
      .map(({ title }) => title);
    for (const title of titles) trusting.set(title, trusting.get(title) ?? now());
  }
}
