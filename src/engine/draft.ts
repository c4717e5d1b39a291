import { type Pod } from "../kubernetes/pod.ts";
import { deepEqual } from "../kubernetes/equality.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { type Path } from "../text/path.ts";
import { valueAt } from "../text/value-at.ts";

/** Why a value is written: the rule that decided and, where a step asked for it, its words. */
export interface Cause {
  readonly rule: string;
  readonly asked?: string | undefined;
}

/** One field that was written: where, what stood there, what stands there now, and why. */
export interface Change extends Cause {
  /** JSON pointer (RFC 6901) into the Pod. */
  readonly pointer: string;
  readonly before?: unknown;
  /** Nothing where the field was removed. */
  readonly after?: unknown;
}

/** A value that a rule wanted and found there already. */
export interface Held {
  readonly path: Path;
  readonly value: unknown;
  readonly rule: string;
}

type Tree = Record<string | number, unknown>;

/**
 * A Pod under change. It is copied on write along the paths that change, so what nobody touches stays shared with the
 * original, and every write is recorded with its cause.
 */
export class Draft {
  #pod: Pod;
  readonly #owned = new Set<unknown>();
  readonly #changes: Change[] = [];
  readonly #held: Held[] = [];

  constructor(pod: Pod) {
    this.#pod = pod;
  }

  /** The Pod as it stands now. Never edit it: write through the draft. */
  get pod(): Pod {
    return this.#pod;
  }

  /** What was written, in order. */
  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** What a rule wanted to write and found there already. */
  get held(): readonly Held[] {
    return this.#held;
  }

  /** The rule by which what stands there was written, or found right, in this decision; else the Pod's own word. */
  ruleOf(path: Path): string {
    const pointer = formatPointer(path);
    const written = this.#changes.findLast((change) => change.pointer === pointer);
    const held = this.#held.findLast((one) => formatPointer(one.path) === pointer);
    return written?.rule ?? held?.rule ?? `pod#${pointer}`;
  }

  read(path: Path): unknown {
    return valueAt(this.#pod, path);
  }

  /** Puts the value there, making the maps and lists on the way; a value that is there already is only noted as held. */
  write(path: Path, value: unknown, cause: Cause): void {
    const before = this.read(path);
    if (before !== undefined && deepEqual(before, value)) {
      this.hold(path, cause);
      return;
    }
    const { tree, last } = this.#own(path);
    tree[last] = value;
    this.#record(path, cause, before === undefined ? { after: value } : { before, after: value });
  }

  /** Notes that a rule yields what stands there already, or a value that this means. */
  hold(path: Path, cause: Cause, value = this.read(path)): void {
    this.#held.push({ path, value, rule: cause.rule });
  }

  /** Puts the value into the list at `path`, before the item at `index`. */
  insert(path: Path, index: number, value: unknown, cause: Cause): void {
    const { tree } = this.#own([...path, index]);
    if (!Array.isArray(tree)) throw new Error(`${formatPointer(path)} is not a list`);
    tree.splice(index, 0, value);
    this.#record([...path, index], cause, { after: value });
  }

  /** Puts the value at the end of the list at `path`. */
  append(path: Path, value: unknown, cause: Cause): void {
    const list = this.read(path);
    this.insert(path, Array.isArray(list) ? list.length : 0, value, cause);
  }

  /** Takes away what stands there; nothing happens where nothing stands. */
  remove(path: Path, cause: Cause): void {
    const before = this.read(path);
    if (before === undefined) return;
    const { tree, last } = this.#own(path);
    if (Array.isArray(tree)) tree.splice(Number(last), 1);
    // A Kubernetes field is absent or has a value: `undefined` would be neither.
    else Reflect.deleteProperty(tree, last);
    this.#record(path, cause, { before });
  }

  #record(path: Path, { rule, asked }: Cause, { before, after }: Pick<Change, "before" | "after">): void {
    this.#changes.push({ pointer: formatPointer(path), before, after, asked, rule });
  }

  /** Makes everything on the way to the last step of `path` the draft's own. */
  #own(path: Path): { tree: Tree; last: string | number } {
    // The copy of a Pod is a Pod.
    this.#pod = this.#copy(this.#pod, "") as Pod;
    let tree: Tree = this.#pod;
    const end = path.length - 1;
    for (let index = 0; index < end; index += 1) {
      const step = path[index] ?? "";
      const copy = this.#copy(Object.hasOwn(tree, step) ? tree[step] : undefined, path[index + 1] ?? "");
      tree[step] = copy;
      tree = copy;
    }
    const last = path[end];
    if (last === undefined) throw new Error("the Pod itself cannot be written");
    return { tree, last };
  }

  #copy(value: unknown, nextStep: string | number): Tree {
    if (isTree(value) && this.#owned.has(value)) return value;
    const copy = isTree(value) ? shallowCopy(value) : emptyTree(nextStep);
    this.#owned.add(copy);
    return copy;
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}

function shallowCopy(value: Tree): Tree {
  // A list is a tree with numbers for keys.
  return Array.isArray(value) ? ([...(value as unknown[])] as unknown as Tree) : { ...value };
}

function emptyTree(nextStep: string | number): Tree {
  return typeof nextStep === "number" ? ([] as unknown as Tree) : {};
}
