import { type TrailEntry } from "./trail-entry.ts";

/** The last decisions, in memory only. */
export interface Trail {
  readonly add: (entry: TrailEntry) => void;
  /** Those that are meant, the last one first, as one JSON text. */
  readonly read: (query?: TrailQuery) => string;
}

/** Which entries are meant; what is not given leaves none out. */
export interface TrailQuery {
  readonly limit?: number;
  readonly policy?: string;
  readonly namespace?: string;
  readonly outcome?: string;
}

/** How much is kept. */
export interface TrailBounds {
  readonly entries: number;
  /** Of JSON text. */
  readonly characters: number;
}

const USUAL: TrailBounds = { entries: 1000, characters: 4 * 1024 * 1024 };

/** How many entries are read where nobody says. */
const DEFAULT_LIMIT = 100;

interface Kept {
  readonly namespace: string;
  readonly outcome: string;
  readonly policies: readonly string[];
  /** The entry, in the form in which it takes the memory that it is counted for. */
  readonly text: string;
}

/** Makes an empty trail. What is old gives way to what is new. */
export function createTrail({ entries, characters }: TrailBounds = USUAL): Trail {
  const kept: Kept[] = [];
  let length = 0;
  let forgotten = 0;
  const forget = (): void => {
    length -= kept.shift()?.text.length ?? 0;
    forgotten += 1;
  };
  return {
    add: (entry) => {
      const { namespace, outcome, audited } = entry;
      const policies = [...entry.policies, ...(audited?.policies ?? [])];
      const text = JSON.stringify(entry);
      kept.push({ namespace, outcome, policies, text });
      length += text.length;
      while (kept.length > entries || (length > characters && kept.length > 1)) forget();
    },
    read: ({ limit = DEFAULT_LIMIT, ...query } = {}) => {
      const found = kept.filter((one) => isMeant(one, query));
      const texts = found.slice(-limit).map(({ text }) => text);
      const counts = `"found":${found.length},"kept":${kept.length},"forgotten":${forgotten}`;
      return `{"entries":[${texts.reverse().join(",")}],${counts}}`;
    },
  };
}

function isMeant(kept: Kept, { policy, namespace, outcome }: Omit<TrailQuery, "limit">): boolean {
  return (
    (policy === undefined || kept.policies.includes(policy)) &&
    (namespace === undefined || kept.namespace === namespace) &&
    (outcome === undefined || kept.outcome === outcome)
  );
}
