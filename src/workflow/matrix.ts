import { type TextDocument } from "../text/document.ts";
import { isMap } from "../text/is-map.ts";
import { Numeric } from "../text/numeric.ts";
import { type Path } from "../text/path.ts";
import { type Problem } from "../text/problem.ts";
import { asText } from "../text/schema.ts";

/** One combination of a matrix: the variables that it sets. */
export type Axis = ReadonlyMap<string, string>;

/** The combinations of a workflow: a single one without variables where it has no matrix. */
export interface MatrixReading {
  readonly axes: readonly Axis[];
  readonly problems: readonly Problem[];
  readonly notes: readonly Problem[];
}

// https://github.com/woodpecker-ci/woodpecker/blob/v3.17.0/pipeline/frontend/yaml/matrix/matrix.go#L27: what it counts
// from 0 goes on once more after it is beyond the limit.
const MAX_AXES = 27;

const noMatrix = { axes: [new Map<string, string>()], problems: [], notes: [] };

/** Reads `matrix` of a document: lists of values, each with each, or the combinations themselves under `include`. */
export function readMatrix(document: TextDocument, matrix: unknown): MatrixReading {
  if (matrix === undefined || matrix === null) return noMatrix;
  const reader = new MatrixReader(document);
  const axes = reader.read(matrix);
  return { axes: axes.length === 0 ? noMatrix.axes : axes, problems: reader.problems, notes: reader.notes };
}

class MatrixReader {
  readonly problems: Problem[] = [];
  readonly notes: Problem[] = [];
  readonly #document: TextDocument;

  constructor(document: TextDocument) {
    this.#document = document;
  }

  read(matrix: unknown): Axis[] {
    if (!isMap(matrix)) return this.#object(["matrix"], "is not a map from names to lists of values");
    const included = matrix["include"];
    if (Array.isArray(included) && included.length > 0)
      return included.map((one, index) => this.#included(one, ["matrix", "include", index]));
    return this.#product(matrix);
  }

  #included(one: unknown, path: Path): Axis {
    if (!isMap(one) || one instanceof Numeric) this.#object(path, "is not a map from names to values");
    const members = isMap(one) && !(one instanceof Numeric) ? Object.entries(one) : [];
    return new Map(members.map(([name, value]) => [name, this.#text(value, [...path, name])]));
  }

  #product(matrix: Readonly<Record<string, unknown>>): Axis[] {
    const lists = Object.entries(matrix)
      .map(([name, values]) => ({ name, values: this.#values(values, ["matrix", name]) }))
      .filter(({ values }) => values.length > 0)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const count = lists.reduce((product, { values }) => product * values.length, lists.length === 0 ? 0 : 1);
    if (count > MAX_AXES) this.#noteCut(count);
    return Array.from({ length: Math.min(count, MAX_AXES) }, (_, index) => combination(lists, index));
  }

  #values(values: unknown, path: Path): string[] {
    if (values === null) return [];
    if (!Array.isArray(values)) this.#object(path, "is not a list of values");
    return Array.isArray(values) ? values.map((value, index) => this.#text(value, [...path, index])) : [];
  }

  #text(value: unknown, path: Path): string {
    const text = value === null ? "" : asText(value);
    if (text === undefined)
      this.#object(path, "is not text: a value of a matrix is one word, number or line");
    return text ?? "";
  }

  #object(path: Path, message: string): never[] {
    const written = this.#document.written(path);
    const position = this.#document.position(path);
    this.problems.push({ path, message, position, ...(written === undefined ? {} : { written }) });
    return [];
  }

  #noteCut(count: number): void {
    const message = `has ${count} combinations; Woodpecker makes the first ${MAX_AXES} of them`;
    this.notes.push({ path: ["matrix"], message, position: this.#document.keyPosition(["matrix"]) });
  }
}

interface Values {
  readonly name: string;
  readonly values: readonly string[];
}

/** The combination of a number: the last list turns fastest. */
function combination(lists: readonly Values[], index: number): Axis {
  let rest = index;
  const chosen = lists.toReversed().map(({ name, values }): [string, string] => {
    const value = values[rest % values.length] ?? "";
    rest = Math.floor(rest / values.length);
    return [name, value];
  });
  return new Map(chosen.reverse());
}
