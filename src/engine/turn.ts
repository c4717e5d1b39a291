import { deepEqual } from "../kubernetes/equality.ts";
import { formatPath, type Path } from "../text/path.ts";
import { quote } from "../text/quote.ts";
import { type Cause, type Draft } from "./draft.ts";
import { type Finding, type FindingCode } from "./finding.ts";
import { type AskedText } from "./asked-text.ts";
import { type Scene } from "./scene.ts";

/** A value and the rule that wants it. */
export interface Ruled<T> {
  readonly value: T;
  readonly rule: string;
}

/** A value that a step was granted and the path of the option that asked for it. */
export interface Granted<T> {
  readonly value: T;
  readonly path: Path;
  readonly rule: string;
}

/** Those who may have a say about one field. */
export interface Claims<T> {
  readonly set?: Ruled<T> | undefined;
  readonly asked?: Granted<T> | undefined;
  /** What the step's resource class gives. */
  readonly ofClass?: Granted<T> | undefined;
  readonly fallback?: Ruled<T> | undefined;
  /** `false` where what the Pod says is not its creator's word, but the API server's. */
  readonly spoken?: boolean;
  /** Two values that mean the same, where that is more than being equal. */
  readonly same?: (a: unknown, b: T) => boolean;
}

/** One mutation's turn at one Pod: what it reads, and the only ways it has to write and to tell. */
export class Turn {
  readonly id: string;
  readonly draft: Draft;
  readonly scene: Scene;
  readonly #text: AskedText;
  readonly #findings: Finding[];

  constructor(id: string, table: { draft: Draft; scene: Scene; text: AskedText; findings: Finding[] }) {
    this.id = id;
    this.draft = table.draft;
    this.scene = table.scene;
    this.#text = table.text;
    this.#findings = table.findings;
  }

  /** The rule behind a part of this mutation's section. */
  rule(...path: Path): string {
    return this.scene.policy.ruleAt([this.id, ...path]);
  }

  /** The cause of writing what a step was granted. */
  because({ path, rule }: { path: Path; rule: string }): Cause {
    return { rule, asked: this.#text.written(path) };
  }

  /** Tells a person something about the option at `path`. */
  find(code: FindingCode, path: Path, { message, rule }: { message: string; rule?: string }): void {
    const asked = this.#text.written(path);
    const position = this.#text.position(path);
    this.tell({
      code,
      path,
      message,
      ...(asked === undefined ? {} : { asked }),
      ...(rule === undefined ? {} : { rule }),
      ...(position === undefined ? {} : { position }),
    });
  }

  /** Tells a person something about what the policy or the Pod says, not the step. */
  findOfPolicy(code: FindingCode, path: Path, { message, rule }: { message: string; rule: string }): void {
    this.tell({ code, path, message, rule });
  }

  /** Tells a person something as it is. What holds for several containers is told once. */
  tell(finding: Finding): void {
    if (!this.#findings.some((other) => deepEqual(other, finding))) this.#findings.push(finding);
  }

  /**
   * The one rule of precedence: `set`, then what the step asked and was granted, then its resource class, then what the
   * Pod already says, then the default. Returns whether the field was changed.
   */
  settle<T>(field: Path, claims: Claims<T>): boolean {
    const { set, ofClass, asked = ofClass, fallback, same = deepEqual } = claims;
    if (set !== undefined) {
      this.#tellNotGiven(field, set, claims);
      if (claims.spoken !== false) this.tellOverruled(field, set, same);
      return this.#put(field, set.value, { rule: set.rule }, same);
    }
    if (asked !== undefined) return this.#put(field, asked.value, this.because(asked), same);
    return fallback !== undefined && this.#settleDefault(field, fallback, claims);
  }

  #tellNotGiven<T>(field: Path, set: Ruled<T>, { asked, ofClass, same = deepEqual }: Claims<T>): void {
    if (asked !== undefined) {
      if (!same(asked.value, set.value)) this.refuseForSet(asked.path, set);
    } else if (ofClass !== undefined && !same(ofClass.value, set.value)) this.tellClassOverruled(field, set);
  }

  #settleDefault<T>(
    field: Path,
    { value, rule }: Ruled<T>,
    { spoken = true, same = deepEqual }: Claims<T>,
  ): boolean {
    const current = this.draft.read(field);
    if (current === undefined || !spoken) return this.#put(field, value, { rule }, same);
    if (same(current, value)) this.draft.hold(field, { rule }, value);
    return false;
  }

  /** Tells that what the Pod's creator wrote gives way to what the policy sets. */
  tellOverruled<T>(
    field: Path,
    { value, rule }: Ruled<T>,
    same: (a: unknown, b: T) => boolean = deepEqual,
  ): void {
    const current = this.draft.read(field);
    if (current === undefined || same(current, value)) return;
    this.findOfPolicy("pod-overruled", field, {
      message: "of the Pod gives way to what the policy sets",
      rule,
    });
  }

  /** Tells the author that the policy sets this field. */
  refuseForSet(path: Path, set: Ruled<unknown>): void {
    this.find("set-by-policy", path, {
      message: `is not given: the policy sets ${formatPath(path)} to ${quote(textOf(set.value))}`,
      rule: set.rule,
    });
  }

  /** Tells the author that the policy sets something else than the class gives, which the step did not ask for by itself. */
  tellClassOverruled(field: Path, { rule }: Pick<Ruled<unknown>, "rule">): void {
    const message = `is given but for ${formatPath(field)}, which the policy sets`;
    this.find("class-overruled", ["resourceClass"], { message, rule });
  }

  #put<T>(field: Path, value: T, cause: Cause, same: (a: unknown, b: T) => boolean): boolean {
    const current = this.draft.read(field);
    if (current !== undefined && same(current, value)) {
      this.draft.hold(field, cause, value);
      return false;
    }
    this.draft.write(field, value, cause);
    return true;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
