import { type Decision } from "../../admission/decision.ts";
import { stepContainer } from "../../kubernetes/containers.ts";
import { formatPointer } from "../../kubernetes/json-pointer.ts";
import { isMap } from "../../text/is-map.ts";
import { nearest } from "../../text/nearest.ts";
import { formatPath, parsePath, type Path } from "../../text/path.ts";
import { valueAt } from "../../text/value-at.ts";
import { toPhrase } from "../review/to-yaml.ts";
import { type Failure } from "./failure.ts";
import { sameField } from "./same-field.ts";

/** Which of the fields of the Pod, as it would run, are not as they are expected. */
export function judgeFields(fields: Readonly<Record<string, unknown>>, decision: Decision): Failure[] {
  return Object.entries(fields).flatMap(([written, expected]) => {
    const path = pathIn(decision, written);
    const actual = valueAt(decision.pod, path);
    // What is null is absent.
    if (sameField(path, actual ?? null, expected)) return [];
    const rule = ruleAt(decision, path);
    const hint = actual === undefined ? hintAt(decision, path, written) : undefined;
    return [
      {
        about: written,
        expected: expected === null ? "absent" : toPhrase(expected),
        actual: actual === undefined ? "absent" : toPhrase(actual),
        ...(rule === undefined ? {} : { rule }),
        ...(hint === undefined ? {} : { hint }),
      },
    ];
  });
}

/** `step` is the step's container, wherever it stands. */
function pathIn({ pod }: Decision, written: string): Path {
  // The schema of a case has read it.
  const path = parsePath(written) ?? [];
  return path[0] === "step" ? [...stepContainer(pod).path, ...path.slice(1)] : path;
}

/** The rule that wrote the field, or what it stands in, or found it right. */
function ruleAt({ changes, held = [] }: Decision, path: Path): string | undefined {
  const pointer = formatPointer(path);
  const isAbove = (one: string): boolean => pointer === one || pointer.startsWith(`${one}/`);
  return (
    changes.findLast((change) => isAbove(change.pointer))?.rule ??
    held.findLast((one) => isAbove(formatPointer(one.path)))?.rule
  );
}

/** What stands on the way to a field that is not there, and which one may have been meant. */
function hintAt({ pod }: Decision, path: Path, written: string): string | undefined {
  const length = path.findIndex((_, index) => valueAt(pod, path.slice(0, index + 1)) === undefined);
  const [way, missing, rest] = [path.slice(0, length), path[length], path.slice(length + 1)];
  const around = valueAt(pod, way);
  const place = written.startsWith("step") ? formatPath(["step", ...way.slice(3)]) : formatPath(way);
  if (Array.isArray(around))
    return `${place} has ${around.length === 1 ? "1 item" : `${around.length} items`}`;
  if (!isMap(around)) return `${place} is ${toPhrase(around)}`;
  const near = nearest(String(missing), Object.keys(around));
  if (near !== undefined) return `did you mean ${formatPath([...(parsePath(place) ?? []), near, ...rest])}?`;
  return `${place} has ${Object.keys(around).join(", ") || "nothing"}`;
}
