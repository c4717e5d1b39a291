import { type ResourceRules } from "../../engine/resource-rules.ts";
import { type Toleration } from "../../engine/toleration-schema.ts";
import { type Path } from "../../text/path.ts";
import { type PolicyDocument } from "../policy-document.ts";
import { type Lint } from "./lints.ts";

/** Tolerations that leave no taint out. */
export function lintTolerations({ tolerations = {}, resources = {} }: PolicyDocument): Lint[] {
  const { classes = {} }: ResourceRules = resources;
  const { set, default: fallback, fromStep } = tolerations;
  const patterns = Array.isArray(fromStep) ? fromStep : [];
  const ofClasses = Object.entries(classes).flatMap(([name, one]) =>
    open(["resources", "classes", name, "tolerations"], one.tolerations),
  );
  return [
    ...open(["tolerations", "set"], set),
    ...open(["tolerations", "default"], fallback),
    ...patterns.flatMap((pattern, index) =>
      coversAll(pattern)
        ? [everyTaint(["tolerations", "fromStep", index], "lets a step tolerate every taint")]
        : [],
    ),
    ...ofClasses,
  ];
}

function open(path: Path, tolerations: readonly Toleration[] = []): Lint[] {
  return tolerations.flatMap(({ key, effect }, index) => {
    if (key !== undefined) return [];
    const which = effect === undefined ? "" : ` with the effect ${effect}`;
    return [everyTaint([...path, index], `tolerates every taint${which}`)];
  });
}

/** Whether a step may leave out everything under the pattern. */
function coversAll({
  key,
  operator,
  value = "*",
  effect,
}: Readonly<Partial<Record<keyof Toleration, unknown>>>): boolean {
  return /^\*+$/.test(String(key)) && operator !== "Equal" && value === "*" && effect === undefined;
}

const everyTaint = (path: Path, what: string): Lint => ({
  code: "tolerates-every-taint",
  path,
  message: `${what}, also of nodes that are broken or not for steps`,
});
