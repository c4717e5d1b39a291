import fc from "fast-check";

import type { SecretContent } from "#src/adapters/tls/certificate-secret.ts";

/** The configurations of a world, and how many webhooks each of them has. */
export const WEBHOOKS = { mutating: 2, validating: 1 } as const;
export type Title = keyof typeof WEBHOOKS;

/** How far the clocks of the replicas are from the true time; no two of them are further apart than they may be. */
export const SKEWS_MS = [0, -150_000, 150_000] as const;

/** What may happen to a world: to a replica, to time, to a configuration, to the Secret. */
export type Happening =
  | { readonly what: "step" | "finish" | "die"; readonly replica: number; readonly which: number }
  | { readonly what: "lose the call" | "lose the answer"; readonly replica: number; readonly which: number }
  | { readonly what: "time"; readonly ms: number }
  | { readonly what: "empty" | "remove" | "replace"; readonly title: Title }
  | { readonly what: "delete" }
  | { readonly what: "spoil"; readonly keys: Partial<SecretContent> };

/** Whether it is somebody else's doing. */
export const isOutside = ({ what }: Happening): boolean =>
  ["empty", "remove", "replace", "delete", "spoil"].includes(what);

const ofReplica = <What extends "step" | "finish" | "die" | "lose the call" | "lose the answer">(
  what: What,
) =>
  fc.record({
    what: fc.constant(what),
    replica: fc.nat({ max: SKEWS_MS.length - 1 }),
    which: fc.nat({ max: 3 }),
  });

/** Whatever may happen, the usual more often than the unusual. */
export const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 20, arbitrary: ofReplica("step") },
  { weight: 20, arbitrary: ofReplica("finish") },
  { weight: 2, arbitrary: ofReplica("die") },
  { weight: 2, arbitrary: ofReplica("lose the call") },
  { weight: 2, arbitrary: ofReplica("lose the answer") },
  {
    weight: 12,
    arbitrary: fc.record({
      what: fc.constant("time" as const),
      ms: fc.constantFrom(2.5, 5, 5, 10, 20, 40, 90).map((minutes) => minutes * 60_000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constantFrom("empty" as const, "remove" as const, "replace" as const),
      title: fc.constantFrom("mutating" as const, "validating" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("delete" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("spoil" as const),
      keys: fc.constantFrom<Partial<SecretContent>>(
        { "tls.key": "" },
        { "tls.crt": "garbage" },
        { "ca.crt": "" },
        { "next.key": "garbage" },
        { "tls.crt": "", "tls.key": "" },
      ),
    }),
  },
);
