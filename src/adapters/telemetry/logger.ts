import {
  pino,
  stdSerializers,
  stdTimeFunctions,
  type DestinationStream,
  type Level,
  type Logger,
} from "pino";

/** How much is logged, and where to. */
export interface LoggerOptions {
  readonly level: Level | "silent";
  /** Standard output when absent. */
  readonly destination?: DestinationStream;
  /** Called once when the output cannot be written any more; nothing is logged from then on. */
  readonly onBroken?: (error: Error) => void;
}

/** A logger together with the way to empty its buffer. */
export interface Log {
  readonly logger: Logger;
  /** Resolves once everything logged so far is written; to be awaited before the process ends. */
  readonly flush: () => Promise<void>;
}

// A line waits for company up to this many bytes or this long, so that a busy webhook writes once for a dozen reviews.
const BUFFER_BYTES = 4096;
const BUFFER_MS = 100;

/** Makes a logger of JSON lines that never makes a review wait for its output, nor fail with it. */
export function createLogger({ level, destination, onBroken }: LoggerOptions): Log {
  const stream = destination ?? standardOutput();
  const logger = pino(
    {
      level,
      // A Pod's log has both already.
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: stdSerializers.err, error: stdSerializers.err },
    },
    stream,
  );
  let isBroken = false;
  const giveUp = (error: Error): void => {
    if (isBroken) return;
    isBroken = true;
    // A full disk or a reader that went away must not stop reviews, and a flush would try for ever.
    logger.level = "silent";
    if (isSonicBoom(stream)) stream.destroy();
    onBroken?.(error);
  };
  if (isSonicBoom(stream)) stream.on("error", giveUp);
  return { logger, flush: () => (isBroken ? Promise.resolve() : flushed(logger)) };
}

type SonicBoom = ReturnType<typeof pino.destination>;

const standardOutput = (): SonicBoom =>
  pino.destination({ dest: 1, sync: false, minLength: BUFFER_BYTES, periodicFlush: BUFFER_MS });

function isSonicBoom(stream: DestinationStream): stream is SonicBoom {
  return "destroy" in stream && "on" in stream;
}

function flushed(logger: Logger): Promise<void> {
  return new Promise((resolve, reject) => {
    logger.flush((error) => {
      if (error instanceof Error && !isPipe(error)) reject(error);
      else resolve();
    });
  });
}

// pino ends a flush with fsync, which pipes and terminals do not have; what was written stays written.
const isPipe = (error: NodeJS.ErrnoException): boolean => error.code === "EINVAL" || error.code === "ENOTSUP";
