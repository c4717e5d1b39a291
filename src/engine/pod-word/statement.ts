import { type PlacedContainer } from "../../kubernetes/containers.ts";
import { deepEqual } from "../../kubernetes/equality.ts";
import { type Pod } from "../../kubernetes/pod.ts";
import { type Path } from "../../text/path.ts";
import { type FindingCode } from "../finding.ts";
import { type Scene } from "../scene.ts";
import { valueAt } from "../../text/value-at.ts";

/** Why something is not granted, and by which rule. */
export interface Objection {
  readonly message: string;
  readonly rule: string;
}

/** Something that the Pod itself says and no gate grants: it goes, unless the decision itself would put it there. */
export interface Statement extends Objection {
  readonly path: Path;
  readonly value: unknown;
  /** Where it is not told as all others are. */
  readonly code?: FindingCode;
  /** Whether the Pod that is decided without any such statement has it anyway. */
  readonly stands: (decided: Pod) => boolean;
  /** What goes with it, untold. */
  readonly also?: readonly Path[];
  /** Whether it goes untold because what it is a part of goes, too. */
  readonly isPartOfOther?: (decided: Pod) => boolean;
}

/** Judges what the Pod says as if a step asked it under the option's name. */
export interface Hearing {
  readonly pod: Pod;
  readonly scene: Scene;
  /** The first objection to the asking; nothing where all of it is granted. */
  readonly object: (option: string, asked: unknown) => Objection | undefined;
  /** The objections by the first step of their path below the option; "" is the option as a whole. */
  readonly objections: (
    option: string,
    asked: unknown,
    place?: PlacedContainer,
  ) => ReadonlyMap<string, Objection>;
}

/** Whether the decided Pod has the very value at the place. */
export const standsAt =
  (path: Path, value: unknown) =>
  (decided: Pod): boolean =>
    deepEqual(valueAt(decided, path), value);

/** Whether the list of the decided Pod has such an item. */
export const standsIn =
  (list: Path, isSame: (item: unknown) => boolean) =>
  (decided: Pod): boolean => {
    const items = valueAt(decided, list);
    return Array.isArray(items) && items.some(isSame);
  };
