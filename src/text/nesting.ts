import { CST, Lexer } from "yaml";

// Deeper than any document of Kubernetes (affinity has 12 levels), far from the end of the stack.
const MAX_DEPTH = 64;
// One is a slip; of a run of them the parser would make an error each.
const MAX_STRAY = 16;

/**
 * Why a text is not given to the parser, or nothing. The parser recurses, and near the end of the stack the process may
 * be aborted rather than told. The lexer does not recurse: it tells how deep the parser would go, and how much it would
 * have to do.
 */
export function nestingProblem(text: string, maxTokens: number): string | undefined {
  const depth = new Depth();
  let tokens = 0;
  for (const token of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > maxTokens) return `has more than ${maxTokens} words and signs`;
    depth.take(CST.tokenType(token) ?? "scalar", token.length);
    if (depth.levels > MAX_DEPTH) return "is nested too deeply to be read";
    if (depth.stray > MAX_STRAY) return "has closing brackets that nothing opens";
  }
  return undefined;
}

/** How deep the parser is after each token: levels of indentation, indicators on one line, brackets. */
class Depth {
  stray = 0;
  readonly #indents: number[] = [0];
  #indicators = 0;
  #brackets = 0;
  #isLineStart = true;
  #indent = 0;

  get levels(): number {
    return this.#indents.length - 1 + this.#indicators + this.#brackets;
  }

  take(type: string, length: number): void {
    if (type === "newline") this.#startLine();
    else if (type === "space" && this.#isLineStart) this.#indent = length;
    else this.#takeContent(type);
  }

  #startLine(): void {
    this.#isLineStart = true;
    this.#indent = 0;
    if (this.#brackets === 0) this.#indicators = 0;
  }

  #takeContent(type: string): void {
    if (this.#isLineStart && this.#brackets === 0) this.#enterLine();
    this.#isLineStart = false;
    if (type === "flow-seq-start" || type === "flow-map-start") this.#brackets += 1;
    else if (type === "flow-seq-end" || type === "flow-map-end" || type === "flow-error-end") this.#close();
    else if (INDICATORS.has(type) && this.#brackets === 0) this.#indicators += 1;
  }

  #close(): void {
    if (this.#brackets === 0) this.stray += 1;
    else this.#brackets -= 1;
  }

  /** A line belongs to the levels that are indented less than it. */
  #enterLine(): void {
    while ((this.#indents.at(-1) ?? 0) > this.#indent) this.#indents.pop();
    if ((this.#indents.at(-1) ?? 0) < this.#indent) this.#indents.push(this.#indent);
  }
}

const INDICATORS: ReadonlySet<string> = new Set(["seq-item-ind", "explicit-key-ind", "map-value-ind"]);
