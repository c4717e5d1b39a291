import { CertificateError } from "../../adapters/tls/certificate-error.ts";
import { isAlive } from "../../adapters/tls/certificate-plan.ts";
import { type ManagedCertificates } from "../../adapters/tls/certificate-secret.ts";
import { mendable } from "../mendable.ts";
import { createCertificatePass, type PassParts } from "./certificate-pass.ts";
import { type Clock, systemClock } from "./clock.ts";
import { createHeldCertificate, type HeldCertificate } from "./held-certificate.ts";
import { type PassOutcome, repeatPasses } from "./repeat-passes.ts";
import { type Reports } from "./reports.ts";

/** Where the certificate is kept, what is wanted of it, and who hears of it. */
export interface ManagedParts extends Omit<PassParts, "clock" | "onRead"> {
  readonly clock?: Clock;
  readonly reports: ManagedReports;
}

/** What a replica tells of its certificate. */
export interface ManagedReports extends Pick<
  Reports,
  "certificateServed" | "certificateRotated" | "certificateKept" | "defect"
> {
  /** Why there is no certificate yet to begin with; it is tried again and again. */
  readonly certificateAwaited: (reason: string) => void;
}

/** A certificate that all replicas share and renew. The API server being away never stops what is served. */
export interface ManagedCertificate extends Pick<HeldCertificate, "serve" | "problems"> {
  /** Leaves what is served as it is. */
  readonly close: () => void;
}

/** Begins to keep a certificate in a Secret and its CA in webhook configurations, together with all other replicas. */
export function manageCertificate({ clock = systemClock, ...parts }: ManagedParts): ManagedCertificate {
  const { secret, configurations, reports } = parts;
  const held = createHeldCertificate(clock, reports);
  const onRead = async ({ current }: ManagedCertificates): Promise<void> => {
    if (current !== undefined && isAlive(current, clock.now())) await held.replace(current);
  };
  const pass = createCertificatePass({ ...parts, clock, onRead });
  const tell = createTroubleTeller(held, reports);

  const attempt = async (): Promise<PassOutcome> => {
    try {
      const { flaw, ...outcome } = await pass();
      const isWaiting = outcome.was === "calm" && !held.isThere();
      tell(flaw?.message ?? (isWaiting ? awaitsTrust(secret.title) : undefined));
      return outcome;
    } catch (error) {
      const sentences = mendable(error);
      if (sentences === undefined) reports.defect({ error });
      else tell(sentences.join("; "));
      return { was: "failed", restMs: 0 };
    }
  };

  const passes = repeatPasses(attempt, clock);
  // Nothing is read before the next turn of the event loop, so no change falls between.
  const watches = [secret.watch(passes.wake), configurations.watch(passes.wake)];
  return {
    serve: held.serve,
    problems: held.problems,
    close: () => {
      passes.close();
      for (const watch of watches) watch.close();
    },
  };
}

const awaitsTrust = (title: string): string =>
  `the new certificate in the ${title} is served when the webhook configurations have trusted its CA for a while`;

/** Tells each trouble once, until there is none or another one. */
function createTroubleTeller(held: HeldCertificate, reports: ManagedReports): (trouble?: string) => void {
  let told: string | undefined;
  return (trouble) => {
    if (trouble === told) return;
    told = trouble;
    if (trouble === undefined) return;
    if (held.isThere()) reports.certificateKept(new CertificateError(trouble));
    else reports.certificateAwaited(trouble);
  };
}
