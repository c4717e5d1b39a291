import type { SecretContent } from "#src/adapters/tls/certificate-secret.ts";
import type {
  ConfigurationPlace,
  OnChange,
  SecretPlace,
  StoredConfiguration,
  StoredSecret,
  Watching,
  Written,
} from "#src/cli/serve/certificate-places.ts";

/** A configuration as it was between two moments. */
export interface Episode {
  readonly bundles: readonly string[];
  readonly from: number;
  /** Infinity for the present one. */
  to: number;
}

/** What an API server keeps of a Secret and of webhook configurations: versions, conflicts, watches, and all that was. */
export interface MemoryCluster {
  readonly secret: SecretPlace;
  readonly configurations: ConfigurationPlace;
  readonly stored: () => StoredSecret | undefined;
  readonly existing: () => readonly StoredConfiguration[];
  /** Every state of a configuration that there was, the present one last. */
  readonly episodes: (title: string) => readonly Episode[];
  /** How many watch something. */
  readonly watchers: () => number;
  /** Somebody else writes the Secret, or deletes it. */
  readonly putSecret: (content: Partial<SecretContent> | undefined) => void;
  /** Somebody else writes over some keys of the Secret, where there is one. */
  readonly spoilSecret: (keys: Partial<SecretContent>) => void;
  /** Somebody else writes a configuration, or deletes it. */
  readonly putConfiguration: (title: string, bundles: readonly string[] | undefined) => void;
}

/** Makes a cluster with nothing in it. */
export function createMemoryCluster(now: () => number): MemoryCluster {
  let versions = 0;
  let secret: StoredSecret | undefined;
  const configurations = new Map<string, StoredConfiguration>();
  const episodes = new Map<string, Episode[]>();
  const watchers = { secret: new Set<OnChange>(), configurations: new Set<OnChange>() };

  const nextVersion = (): string => String((versions += 1));
  const watch =
    (listeners: Set<OnChange>) =>
    (onChange: OnChange): Watching => {
      listeners.add(onChange);
      return { close: () => void listeners.delete(onChange) };
    };
  const notify = (listeners: Set<OnChange>): void => {
    for (const onChange of listeners) setImmediate(onChange);
  };

  const putSecret: MemoryCluster["putSecret"] = (content) => {
    secret = content === undefined ? undefined : { content, version: nextVersion() };
    notify(watchers.secret);
  };
  const putConfiguration: MemoryCluster["putConfiguration"] = (title, bundles) => {
    const past = episodes.get(title) ?? [];
    for (const episode of past) episode.to = Math.min(episode.to, now());
    if (bundles === undefined) configurations.delete(title);
    else {
      configurations.set(title, { title, bundles, version: nextVersion() });
      past.push({ bundles, from: now(), to: Infinity });
    }
    episodes.set(title, past);
    notify(watchers.configurations);
  };
  const written = (write: () => void): Promise<Written> => {
    write();
    return Promise.resolve("written");
  };

  return {
    secret: {
      title: 'Secret "podpecker/podpecker-tls"',
      read: () => Promise.resolve(secret),
      create: (content) =>
        secret === undefined
          ? written(() => {
              putSecret(content);
            })
          : Promise.resolve("conflict"),
      update: (content, version) =>
        secret?.version === version
          ? written(() => {
              putSecret(content);
            })
          : Promise.resolve("conflict"),
      watch: watch(watchers.secret),
    },
    configurations: {
      read: () => Promise.resolve([...configurations.values()]),
      setBundles: ({ title, version }, bundles) =>
        configurations.get(title)?.version === version
          ? written(() => {
              putConfiguration(title, bundles);
            })
          : Promise.resolve("conflict"),
      watch: watch(watchers.configurations),
    },
    stored: () => secret,
    existing: () => [...configurations.values()],
    watchers: () => watchers.secret.size + watchers.configurations.size,
    episodes: (title) => episodes.get(title) ?? [],
    putSecret,
    spoilSecret: (keys) => {
      if (secret !== undefined) putSecret({ ...secret.content, ...keys });
    },
    putConfiguration,
  };
}
