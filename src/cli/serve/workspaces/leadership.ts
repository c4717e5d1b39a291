import { type StoredLease, type Tenure } from "../../../adapters/cluster/leases.ts";
import { type Clock, type Timer } from "../clock.ts";

/** How long who has the Lease may be away before another one takes it. */
const LEASE_SECONDS = 15;
// Counted from when a renewal begins. Shorter by what the last thing that was sent may take to arrive.
const ACT_MS = 10_000;
const RENEW_EVERY_MS = 3_000;
const LOOK_EVERY_MS = 4_000;
const RETRY_MS = 2_000;

/** Where the Lease is kept; both reject where that is away. */
export interface LeaseKeeping {
  /** Nothing where there is none. */
  readonly read: () => Promise<StoredLease | undefined>;
  /** Nothing where another one was quicker. */
  readonly write: (before: StoredLease | undefined, tenure: Tenure) => Promise<StoredLease | undefined>;
}

/** Who hears of it. */
export interface LeadershipObserver {
  readonly onGained: () => void;
  readonly onLost: () => void;
  readonly onProblem: (error: unknown) => void;
}

/** Who wants to lead, by which clock. */
export interface LeadershipParts {
  readonly keeping: LeaseKeeping;
  /** No two replicas may have the same. */
  readonly identity: string;
  readonly clock: Clock;
  readonly observer: LeadershipObserver;
}

/** Whether this replica is the one that acts. */
export interface Leadership {
  /** Aborted as soon as this replica may act no more; nothing while it may not. */
  readonly mandate: () => AbortSignal | undefined;
  /** Acts no more, and lets another one act as soon as that is idle which acted. Never rejects. */
  readonly close: (idle: Promise<unknown>) => Promise<void>;
}

/** Tries to have the Lease for as long as it is not closed. That another one has lost it is told by how long nothing was
 * heard of it, on the own clock: clocks of two machines are never compared. */
export function seekLeadership(parts: LeadershipParts): Leadership {
  const { clock, observer } = parts;
  const acting = createActing(clock, observer);
  const candidate = createCandidate(parts);
  let next: Timer | undefined;
  let isClosed = false;
  let underWay: Promise<unknown> = Promise.resolve();

  const run = async (): Promise<void> => {
    const restMs = await attempt().catch((error: unknown) => {
      candidate.forget();
      observer.onProblem(error);
      return RETRY_MS;
    });
    if (!isClosed) schedule(restMs);
  };
  const attempt = async (): Promise<number> => {
    const startedAt = clock.steady();
    const outcome = await candidate.attempt(acting.mandate() !== undefined);
    if (outcome !== "held") acting.end();
    else if (!isClosed) acting.goOn(startedAt + ACT_MS);
    return { held: RENEW_EVERY_MS, "another's": LOOK_EVERY_MS, lost: RETRY_MS }[outcome];
  };
  const schedule = (ms: number): void => {
    next = clock.after(ms, () => {
      underWay = run();
    });
  };

  schedule(0);
  return {
    mandate: acting.mandate,
    close: async (idle) => {
      isClosed = true;
      next?.cancel();
      acting.end();
      await Promise.allSettled([underWay, idle]);
      await candidate.release().catch(observer.onProblem);
    },
  };
}

/** The time in which one may act. */
function createActing(clock: Clock, { onGained, onLost }: LeadershipObserver) {
  let acting: AbortController | undefined;
  let until = -Infinity;
  let timer: Timer | undefined;
  const end = (): void => {
    timer?.cancel();
    const was = acting;
    acting = undefined;
    was?.abort();
    if (was !== undefined) onLost();
  };
  return {
    mandate: (): AbortSignal | undefined => (clock.steady() < until ? acting?.signal : undefined),
    end,
    goOn: (later: number): void => {
      until = later;
      timer?.cancel();
      timer = clock.after(Math.max(0, until - clock.steady()), end);
      if (acting !== undefined) return;
      acting = new AbortController();
      onGained();
    },
  };
}

/** What is known of the Lease, and what is written there. */
function createCandidate({ keeping, identity, clock }: LeadershipParts) {
  let lease: StoredLease | undefined;
  let version: string | undefined;
  // When this version was first seen.
  let since = -Infinity;
  let acquiredAt = new Date(0);

  const see = (seen: StoredLease | undefined): void => {
    lease = seen;
    if (seen?.version === version) return;
    version = seen?.version;
    since = clock.steady();
  };
  // One that was deleted may have a holder who does not know it yet.
  const isFree = (): boolean =>
    lease?.holder === "" || clock.steady() >= since + Math.max(lease?.seconds ?? 0, LEASE_SECONDS) * 1000;
  const take = async (): Promise<void> => {
    const now = new Date(clock.now());
    const isNew = lease?.holder !== identity;
    if (isNew) acquiredAt = now;
    const transitions = lease === undefined ? 0 : lease.transitions + Number(isNew);
    see(
      await keeping.write(lease, {
        holder: identity,
        seconds: LEASE_SECONDS,
        acquiredAt,
        renewedAt: now,
        transitions,
      }),
    );
  };

  return {
    /** Whether it was written is not known: it is read before it is written again. */
    forget: (): void => {
      lease = undefined;
    },
    attempt: async (isActing: boolean): Promise<"held" | "another's" | "lost"> => {
      if (!isActing || lease === undefined) see(await keeping.read());
      if (lease?.holder !== identity && !isFree()) return "another's";
      await take();
      return lease === undefined ? "lost" : "held";
    },
    release: async (): Promise<void> => {
      const last = lease ?? (await keeping.read());
      if (last?.holder !== identity) return;
      const { transitions } = last;
      await keeping.write(last, {
        holder: "",
        seconds: 1,
        acquiredAt,
        renewedAt: new Date(clock.now()),
        transitions,
      });
    },
  };
}
