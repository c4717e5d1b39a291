import { hasDefault, OPERATORS } from "./substitution-operators.ts";

/** A text whose references were replaced. */
export interface Substitution {
  readonly text: string;
  /** Where in the text as it was written a place of the new one comes from. */
  readonly originOf: (offset: number) => number;
  /** Variables that are not known, each with the offset of the first reference to it. */
  readonly unknown: ReadonlyMap<string, number>;
  /** What is no reference and looks like one. */
  readonly problems: readonly { readonly message: string; readonly offset: number }[];
}

/** What stands for a variable: its value, or what shall stand there if it is not known. */
export interface Variables {
  readonly known: ReadonlyMap<string, string>;
  readonly standIn: (name: string) => string;
}

// The parts of a text: an escaped sign, the opening of a reference, everything else.
const PART = /\$\$|\$\{|\$|[^$]+/y;
const NAME = /[\p{L}\p{Nd}_]{1,256}/uy;
const OPERATOR = /:[-=?+]|,,?|\^\^?|\/[/#%]?|##?|%%?|[:=]/y;

// Whoever has mended as many reads on in the next run.
const MAX_PROBLEMS = 20;

// References within references; nobody writes three.
const MAX_DEPTH = 16;

// Four times the longest workflow that is read.
const MAX_TEXT = 1024 * 1024;

/**
 * Replaces `${NAME}` as Woodpecker's server does before it reads a workflow as YAML: everywhere in the text, comments
 * included. `$$` is an escaped `$`. A value of several lines becomes one, in quotes.
 */
export function substitute(text: string, variables: Variables): Substitution {
  const substituter = new Substituter(text, variables);
  substituter.run();
  return substituter;
}

interface Piece {
  readonly start: number;
  readonly from: number;
  readonly isLiteral: boolean;
}

class BadReference extends Error {}

class Substituter implements Substitution {
  text = "";
  readonly unknown = new Map<string, number>();
  readonly problems: { message: string; offset: number }[] = [];
  readonly #source: string;
  readonly #variables: Variables;
  readonly #pieces: Piece[] = [];
  #at = 0;

  constructor(source: string, variables: Variables) {
    this.#source = source;
    this.#variables = variables;
  }

  run(): void {
    while (this.#at < this.#source.length && this.text.length <= MAX_TEXT) {
      const from = this.#at;
      const part = this.#take(PART) ?? "";
      if (part === "${") this.#put(this.#attempt(from), { from, isLiteral: false });
      else this.#put(part === "$$" ? "$" : part, { from, isLiteral: part !== "$$" });
    }
    if (this.text.length > MAX_TEXT)
      this.problems.push({
        message: `is more than ${MAX_TEXT} characters long with what its variables stand for`,
        offset: this.#at,
      });
  }

  originOf = (offset: number): number => {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#pieces[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const piece = this.#pieces[low];
    if (piece === undefined) return 0;
    return piece.isLiteral ? piece.from + (offset - piece.start) : piece.from;
  };

  #put(text: string, piece: Omit<Piece, "start">): void {
    if (text === "") return;
    this.#pieces.push({ ...piece, start: this.text.length });
    this.text += text;
  }

  /** A reference, or, if it is none, its opening as it stands; the rest is text then. */
  #attempt(from: number): string {
    try {
      return this.#reference(0);
    } catch (error) {
      if (!(error instanceof BadReference)) throw error;
      this.problems.push({ message: error.message, offset: from });
      this.#at = this.problems.length < MAX_PROBLEMS ? from + 2 : this.#source.length;
      return "${";
    }
  }

  /** What comes after `${`, up to its closing brace. */
  #reference(depth: number): string {
    if (depth > MAX_DEPTH) throw new BadReference("has references nested too deeply to be read");
    const offset = this.#at;
    const asksLength = this.#take(/#/y) !== undefined;
    const name = this.#take(NAME);
    if (name === undefined)
      throw new BadReference(
        "has ${ without the name of a variable; $${ stands for the characters themselves",
      );
    const operator = asksLength ? "" : (this.#take(OPERATOR) ?? "");
    const words = this.#words(operator, depth);
    if (this.#take(/\}/y) === undefined)
      throw new BadReference(
        `has \${${name} without a closing brace; $$\{ stands for the characters themselves`,
      );
    const value = this.#valueOf(name, { operator, offset });
    const result = OPERATORS[operator]?.(value, words);
    if (result === undefined)
      throw new BadReference(`has \${${name}${operator}…} with a pattern that is not read here; only * is`);
    return asksLength ? String(result.length) : result;
  }

  #words(operator: string, depth: number): string[] {
    if (["", ",", ",,", "^", "^^"].includes(operator)) return [];
    if (operator === ":") return this.#separated(":", depth, "optional");
    if (operator.startsWith("/")) return this.#separated("/", depth, "needed");
    return [this.#word(/[^}$]+/y, depth)];
  }

  #separated(separator: ":" | "/", depth: number, second: "optional" | "needed"): string[] {
    const first = this.#word(separator === ":" ? /[^:}$]+/y : /(?:\\[/\\]|[^/$])+/y, depth);
    if (this.#take(separator === ":" ? /:/y : /\//y) === undefined) {
      if (second === "optional") return [first];
      throw new BadReference("has ${NAME/from/to} without its second /");
    }
    return [first, this.#word(/[^}$]+/y, depth)].map(separator === "/" ? unescaped : (word) => word);
  }

  /** Text and references, as long as the pattern goes on. */
  #word(pattern: RegExp, depth: number): string {
    let word = "";
    for (;;) {
      const part = this.#take(pattern) ?? this.#take(/\$\{|\$/y);
      if (part === undefined) return word;
      word += part === "${" ? this.#reference(depth + 1) : part;
      if (word.length > MAX_TEXT) throw new BadReference("stands for too long a text");
    }
  }

  #valueOf(name: string, { operator, offset }: { operator: string; offset: number }): string {
    const value = this.#variables.known.get(name);
    if (value !== undefined) return value.includes("\n") ? JSON.stringify(value) : value;
    if (hasDefault(operator)) return "";
    if (!this.unknown.has(name)) this.unknown.set(name, offset);
    return this.#variables.standIn(name);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#source) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }
}

const unescaped = (word: string): string => word.replaceAll(/\\([/\\])/g, "$1");
