import { type Authority, bounded, includes, isOver, newestFirst, writeBundle } from "./ca-bundle.ts";
import type { Scene, SeenConfiguration } from "./certificate-plan.ts";

/** What the webhooks of a configuration are to trust, PEM each; nothing where they do already. Pure. A CA is taken away
 * only when it is over, so that no replica undoes what another one did that saw a later Secret; what is not Podpecker's
 * is never taken away, since whoever put it there may still serve with it. */
export function planBundles(
  { certificates: { authorities }, now }: Pick<Scene, "certificates" | "now">,
  { trusted }: Pick<SeenConfiguration, "trusted">,
): readonly string[] | undefined {
  const planned = trusted.map((present) => planBundle(present, authorities, now));
  const isRight = planned.every((bundle, index) => isSame(bundle, trusted[index] ?? []));
  return isRight ? undefined : planned.map(writeBundle);
}

function planBundle(
  present: readonly Authority[],
  authorities: readonly Authority[],
  now: number,
): readonly Authority[] {
  const kept = present.filter(
    (authority) => !authority.isOwn || !isOver(authority, now) || includes(authorities, authority),
  );
  return bounded([...authorities, ...newestFirst(kept)]);
}

const isSame = (one: readonly Authority[], two: readonly Authority[]): boolean =>
  one.length === two.length && one.every((authority) => includes(two, authority));
