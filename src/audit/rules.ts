import { formatPointer } from "../kubernetes/json-pointer.ts";
import { isMap } from "../text/is-map.ts";
import { type Path } from "../text/path.ts";
import { type Policy } from "../policy/policy.ts";
import { SECTIONS } from "../policy/policy-document.ts";
import { isWhole } from "../policy/whole.ts";

/**
 * The rules of a policy, each named as changes and findings name it, `acme#/resources/max/memory`: what it sets and
 * gives by default, value by value and item by item, its bounds and classes, and what it lets a step ask.
 */
export function rulesOf({ name, document }: Pick<Policy, "name" | "document">): string[] {
  const parts: Readonly<Record<string, unknown>> = document;
  const paths = [...headers(document), ...SECTIONS.flatMap((section) => leaves([section], parts[section]))];
  return paths.map((path) => `${name}#${formatPointer(path)}`);
}

/** Of the header, what may decide about a field; a workspace is one thing, whatever is said of it. */
function headers({ platform, trustPod, trustAnnotations, workspace }: Policy["document"]): Path[] {
  return [
    ...(platform === undefined ? [] : [["platform"]]),
    ...(trustPod === false ? [["trustPod"]] : []),
    ...(trustAnnotations === false ? [["trustAnnotations"]] : []),
    ...(workspace === undefined ? [] : [["workspace"]]),
  ];
}

function leaves(path: Path, value: unknown): Path[] {
  if (value === undefined || isManner(path)) return [];
  if (isOneRule(path)) return [path];
  // Each item is given by itself.
  if (Array.isArray(value)) return value.map((_, index) => [...path, index]);
  return isMap(value)
    ? Object.entries(value).flatMap(([key, member]) => leaves([...path, key], member))
    : [path];
}

/** How rules are carried out is no rule itself. */
function isManner([section, key]: Path): boolean {
  return (
    (section === "resources" && key === "onExceed") || (section === "securityContext" && key === "apparmor")
  );
}

/** What is one value or one list to its section; each gate of the security context is one of its own. */
function isOneRule(path: Path): boolean {
  const [section, verb] = path;
  if (section === "env" || section === "dnsConfig") return path.length === 3;
  if (section === "securityContext" && verb === "fromStep") return path.length === 3;
  return isWhole(path);
}
