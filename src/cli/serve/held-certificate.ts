import { type Server } from "node:tls";

import { type Certificate, type Pair } from "../../adapters/tls/parse-certificate.ts";
import { createRotation } from "../../adapters/tls/rotation.ts";
import { type Clock } from "./clock.ts";
import { type Reports } from "./reports.ts";

/** The certificate that a replica goes on with, whatever becomes of the place it came from. */
export interface HeldCertificate {
  readonly isThere: () => boolean;
  readonly replace: (certificate: Certificate) => Promise<void>;
  /** Has a server that began with another pair take over this one, as soon as it is there, and all that come after it. */
  readonly serve: (server: Server, provisional: Pair) => Promise<void>;
  /** Why a replica should not be called, a sentence each: it has no certificate yet, or none that has not ended. */
  readonly problems: () => readonly string[];
}

/** Makes a place for one certificate at a time, empty to begin with. */
export function createHeldCertificate(
  clock: Clock,
  reports: Pick<Reports, "certificateServed" | "certificateRotated" | "certificateKept">,
): HeldCertificate {
  let held: Certificate | undefined;
  let rotate = (): Promise<void> => Promise.resolve();
  let isFirst = true;

  const replace = async (certificate: Certificate): Promise<void> => {
    held = certificate;
    await rotate();
  };
  const serve = async (server: Server, provisional: Pair): Promise<void> => {
    rotate = createRotation(server, {
      serving: provisional,
      read: () => Promise.resolve(held ?? provisional),
      onRotated: () => {
        if (held === undefined) return;
        (isFirst ? reports.certificateServed : reports.certificateRotated)(held);
        isFirst = false;
      },
      onKept: reports.certificateKept,
    });
    await rotate();
  };
  const problems = (): string[] => {
    if (held === undefined) return ["there is no certificate yet"];
    if (clock.now() < held.notAfter.getTime()) return [];
    return [`the certificate ended on ${held.notAfter.toISOString()}, and there is no other one yet`];
  };
  return { isThere: () => held !== undefined, replace, serve, problems };
}
