import { planBundles } from "../../adapters/tls/bundle-plan.ts";
import { AUTHORITY, readBundle } from "../../adapters/tls/ca-bundle.ts";
import { type CertificateError } from "../../adapters/tls/certificate-error.ts";
import {
  planSecret,
  type SecretPlan,
  type SeenConfiguration,
  type Terms,
} from "../../adapters/tls/certificate-plan.ts";
import { type ManagedCertificates, readCertificateSecret } from "../../adapters/tls/certificate-secret.ts";
import {
  type Certificates,
  createSelfSigned,
  type SelfSigned,
} from "../../adapters/tls/create-self-signed.ts";
import {
  type ConfigurationPlace,
  type SecretPlace,
  type StoredConfiguration,
  type StoredSecret,
  type Written,
} from "./certificate-places.ts";
import { type Clock } from "./clock.ts";
import { type PassOutcome } from "./repeat-passes.ts";

/** What one replica keeps its certificate with. */
export interface PassParts {
  readonly secret: SecretPlace;
  readonly configurations: ConfigurationPlace;
  readonly terms: Terms;
  readonly clock: Clock;
  readonly issue?: (wanted: SelfSigned) => Promise<Certificates>;
  /** Hears what the Secret holds before anything is done about it. */
  readonly onRead: (certificates: ManagedCertificates) => Promise<void>;
}

/** What a pass came to. */
export interface CertificatePassOutcome extends PassOutcome {
  /** What is wrong with the pair in the Secret, where it is none. */
  readonly flaw: CertificateError | undefined;
}

/** Makes the function that looks at the Secret and the configurations once, and takes the next step of each. */
export function createCertificatePass(parts: PassParts): () => Promise<CertificatePassOutcome> {
  const { secret, configurations, terms, clock, onRead } = parts;
  const observe = createObserver(parts);
  return async () => {
    const stored = await secret.read();
    const certificates = readCertificateSecret(stored?.content ?? {}, secret.title);
    await onRead(certificates);
    const seen = await observe();
    const scene = { certificates, configurations: seen, now: clock.now() };
    const plan = planSecret(scene, terms);
    const patches = seen.map(async (configuration) => {
      const bundles = planBundles(scene, configuration);
      return bundles === undefined ? "rest" : configurations.setBundles(configuration, bundles);
    });
    // What is in the way of one must not keep the others from being right.
    const steps = await Promise.allSettled([writeSecret(parts, plan, stored), ...patches]);
    const failed = steps.find((step) => step.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const isBusy = steps.some((step) => step.status === "fulfilled" && step.value !== "rest");
    return {
      was: isBusy ? "busy" : "calm",
      restMs: plan.step === "rest" ? plan.forMs : 0,
      flaw: certificates.flaws.current,
    };
  };
}

async function writeSecret(
  { secret, terms, clock, issue = createSelfSigned }: PassParts,
  plan: SecretPlan,
  stored: StoredSecret | undefined,
): Promise<Written | "rest"> {
  if (plan.step === "rest") return "rest";
  const content =
    plan.step === "issue"
      ? plan.contentWith(
          await issue({
            hosts: plan.hosts,
            now: new Date(clock.now()),
            lifetimeMs: terms.lifetimeMs,
            authority: AUTHORITY,
          }),
        )
      : plan.content;
  return stored === undefined ? secret.create(content) : secret.update(content, stored.version);
}

type Seen = StoredConfiguration & SeenConfiguration;

/** Reads configurations, and for how long nobody changed each of them: from the end of the read that first had its
 * version to the beginning of the last one, which is never too long. */
function createObserver({ configurations, clock }: PassParts): () => Promise<readonly Seen[]> {
  let known = new Map<string, { readonly version: string; readonly since: number }>();
  return async () => {
    const begin = clock.steady();
    const read = await configurations.read();
    const end = clock.steady();
    const sinceOf = ({ title, version }: StoredConfiguration): number => {
      const before = known.get(title);
      return before?.version === version ? before.since : end;
    };
    known = new Map(
      read.map((configuration) => {
        const { title, version } = configuration;
        return [title, { version, since: sinceOf(configuration) }];
      }),
    );
    return read.map((configuration) => ({
      ...configuration,
      trusted: configuration.bundles.map(readBundle),
      unchangedMs: Math.max(0, begin - (known.get(configuration.title)?.since ?? begin)),
    }));
  };
}
