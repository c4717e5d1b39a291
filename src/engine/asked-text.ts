import { type Path } from "../text/path.ts";
import { type Position } from "../text/problem.ts";

/** The options' text, for telling people what they wrote and where. */
export interface AskedText {
  readonly written: (path: Path) => string | undefined;
  readonly position: (path: Path) => Position | undefined;
}
