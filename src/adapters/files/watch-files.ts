import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { DirectoryWatchers } from "./directory-watchers.ts";
import { fingerprint } from "./fingerprint.ts";

/** How patient a watch is, in milliseconds, and who hears of a callback that failed. */
export interface WatchOptions {
  /** Silence after the last event before the files are looked at: editors and the kubelet write in several steps. */
  readonly settleMs?: number;
  /** How often they are looked at without any event: network file systems and overlays send none. */
  readonly pollMs?: number;
  /** Hears what `onChange` throws; without it, that is an uncaught exception. */
  readonly onDefect?: (error: unknown) => void;
}

/** Something that goes on until it is closed. */
export interface Watch {
  readonly close: () => void;
}

/** Calls `onChange` after each change of files or of what lies directly in directories: written in place, renamed over,
 * added, removed, or swapped by the kubelet's `..data`; one call at a time, none for what happened before the return. */
export function watchFiles(
  paths: readonly string[],
  onChange: () => void | Promise<void>,
  { settleMs = 50, pollMs = 10_000, onDefect = rethrow }: WatchOptions = {},
): Watch {
  const files = paths.map((path) => resolve(path));
  const watchers = new DirectoryWatchers(() => settle.refresh());
  let closed = false;
  const call = serialised(() => (closed ? undefined : onChange()), onDefect);
  let seen = "";

  // Synchronous, so that nothing can happen unseen between the first look and the return.
  const look = (): string => {
    watchers.arm(directoriesOf(files));
    return fingerprint(files);
  };
  const check = (): void => {
    if (closed) return;
    const found = look();
    if (found === seen) return;
    seen = found;
    call();
  };

  const settle = setTimeout(check, settleMs).unref();
  const poll = setInterval(check, pollMs).unref();
  seen = look();
  return {
    close: () => {
      closed = true;
      clearTimeout(settle);
      clearInterval(poll);
      watchers.close();
    },
  };
}

// The parent sees a file renamed over and a directory made anew; the directory sees what lies in it.
function directoriesOf(files: readonly string[]): string[] {
  const isDirectory = (path: string): boolean =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return [...new Set([...files.map((path) => dirname(path)), ...files.filter(isDirectory)])];
}

// Any number of changes before a call begins make one call; changes during a call make one after it.
function serialised(call: () => void | Promise<void>, onDefect: (error: unknown) => void): () => void {
  let waiting = false;
  let last = Promise.resolve();
  const begin = async (): Promise<void> => {
    waiting = false;
    await call();
  };
  return () => {
    if (waiting) return;
    waiting = true;
    last = last.then(begin).catch(onDefect);
  };
}

function rethrow(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
