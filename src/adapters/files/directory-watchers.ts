import { existsSync, type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";

interface Watched {
  readonly watcher: FSWatcher;
  readonly inode: string;
}

/** Keeps one watcher on each of some directories, or on the nearest ancestor of one that is missing. */
export class DirectoryWatchers {
  readonly #onEvent: () => void;
  readonly #watched = new Map<string, Watched>();

  constructor(onEvent: () => void) {
    this.#onEvent = onEvent;
  }

  /** Watches those directories and no others, anew where one was replaced since the last call. */
  arm(directories: readonly string[]): void {
    const wanted = new Set(directories.map(nearestExisting));
    for (const path of this.#watched.keys()) {
      if (!wanted.has(path)) this.#drop(path);
    }
    for (const path of wanted) this.#keep(path);
  }

  close(): void {
    for (const path of [...this.#watched.keys()]) this.#drop(path);
  }

  #keep(path: string): void {
    // Looked at before it is watched: if it is replaced in between, the next call sees another inode.
    const inode = inodeOf(path);
    if (this.#watched.get(path)?.inode === inode) return;
    this.#drop(path);
    try {
      const watcher = watch(path, { persistent: false }, (_event, name) => {
        // An event under its own name is about the directory itself: the watcher may watch a corpse.
        if (name === null || name === basename(path)) this.#drop(path);
        this.#onEvent();
      });
      watcher.on("error", () => {
        this.#drop(path);
      });
      this.#watched.set(path, { watcher, inode });
    } catch {
      // Gone again, or the machine has no watchers left (ENOSPC, EMFILE): the poll sees what would have been missed.
    }
  }

  #drop(path: string): void {
    this.#watched.get(path)?.watcher.close();
    this.#watched.delete(path);
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

function inodeOf(path: string): string {
  const entry = statSync(path, { bigint: true, throwIfNoEntry: false });
  return entry === undefined ? "" : `${entry.dev}:${entry.ino}`;
}
