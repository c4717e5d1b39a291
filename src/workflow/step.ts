import { type TextDocument } from "../text/document.ts";
import { type Path } from "../text/path.ts";
import { type StepEntry } from "./step-entry.ts";

/** Which part of a workflow a step is of; a plugin is a step without commands. */
export type StepKind = "clone" | "service" | "plugin" | "commands";

/** One step of a workflow, with the place where it stands. */
export interface Step {
  readonly name: string;
  readonly kind: StepKind;
  readonly entry: StepEntry;
  /** Where it stands in the document; a step that nobody wrote stands nowhere in particular. */
  readonly path: Path;
  readonly document: TextDocument;
}
