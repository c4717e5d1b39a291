/**
 * A number as it stands in a text. Where text is wanted (a label, a version) the author's own digits count:
 * `1.10` must not become "1.1", nor a long build number lose its end.
 */
export class Numeric {
  readonly source: string;
  readonly value: number;

  constructor(source: string, value: number) {
    this.source = source;
    this.value = value;
  }
}
