import { type SecretContent } from "../../adapters/tls/certificate-secret.ts";

/** What became of a write: a conflict is one that did not happen, because the thing is not what was read any more. */
export type Written = "written" | "conflict";

/** Hears that something may have changed: after each change, and whenever changes may have been missed. */
export type OnChange = () => void;

/** Something that goes on until it is closed. */
export interface Watching {
  readonly close: () => void;
}

/** The Secret that all replicas share. Every call fails as `mendable` understands where the API server is away. */
export interface SecretPlace {
  /** What messages call it: `Secret "podpecker/podpecker-tls"`. */
  readonly title: string;
  /** As the API server has it now, not a cache; nothing where there is no Secret. */
  readonly read: () => Promise<StoredSecret | undefined>;
  /** Makes it; a conflict where there is one. */
  readonly create: (content: SecretContent) => Promise<Written>;
  /** Gives it this content, a key that is not there being removed, and no other key being touched; a conflict where it
   * is of another version, or gone. */
  readonly update: (content: SecretContent, version: string) => Promise<Written>;
  readonly watch: (onChange: OnChange) => Watching;
}

/** A Secret as it was read. */
export interface StoredSecret {
  readonly content: Partial<SecretContent>;
  /** Another one after every write. */
  readonly version: string;
}

/** The webhook configurations that are Podpecker's. Every call fails like those of the Secret. */
export interface ConfigurationPlace {
  /** Those that exist, as the API server has them now, not a cache. */
  readonly read: () => Promise<readonly StoredConfiguration[]>;
  /** Gives it these bundles; a conflict where it is of another version, or gone. */
  readonly setBundles: (read: StoredConfiguration, bundles: readonly string[]) => Promise<Written>;
  readonly watch: (onChange: OnChange) => Watching;
}

/** A webhook configuration as it was read. */
export interface StoredConfiguration {
  /** With its kind, since two of different kinds may have the same name. */
  readonly title: string;
  /** Another one after every write. */
  readonly version: string;
  /** The caBundle of each webhook, PEM; empty where there is none. */
  readonly bundles: readonly string[];
}
