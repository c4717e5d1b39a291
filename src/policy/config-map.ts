import { type TextDocument } from "../text/document.ts";
import { type Path } from "../text/path.ts";
import { type Position, type Problem } from "../text/problem.ts";
import { readAgentSettings } from "./agent-settings.ts";
import { accepted, failed, isMap, type Located, type Origin, valueAt } from "./located.ts";
import { overlay } from "./overlay.ts";
import { type DocumentReading, readPolicyYaml } from "./read-document.ts";

const POLICY_YAML = "policy.yaml";

/** Reads a ConfigMap at `path` of a document: an agent's settings first, `policy.yaml` over them. */
export function readConfigMap(document: TextDocument, path: Path, origin: Origin): Located {
  const map = { document, path };
  const data = readData(map);
  const settings = readAgentSettings(data.texts);
  const text = data.texts[POLICY_YAML];
  const policy: DocumentReading = text === undefined ? { problems: [] } : readPolicyYaml(text);
  const own = policy.problems.map((problem) => ({
    ...problem,
    path: ["data", POLICY_YAML, ...problem.path],
  }));
  const problems = [
    ...tierProblems(map, origin),
    ...data.problems,
    ...[...settings.problems, ...own].map((problem) => toManifest(problem, map)),
  ];
  const warnings = settings.warnings.map((problem) => toManifest(problem, map));
  const parts = [settings.document ?? [], policy.policyDocument ?? []].flat();
  if (parts.length === 0 && problems.length === 0) problems.push(nothingToRead(map));
  const [first, second] = parts;
  if (first === undefined || problems.length > 0) return failed(origin, problems, warnings);
  const whole = second === undefined ? first : overlay(first, second);
  const named = { name: fullName(nameOf(map)), document: whole };
  return accepted(origin, named, { place: placeIn(map, policy.text), warnings });
}

/** Where a part of the policy stands: in `policy.yaml`, or somewhere among the settings. */
function placeIn({ document, path }: PlacedMap, text: TextDocument | undefined): (path: Path) => Position {
  const data = [...path, "data"];
  return (part) => {
    const isInText = isMap(text?.value) && Object.hasOwn(text.value, String(part[0]));
    return isInText
      ? document.inner([...data, POLICY_YAML])(text.keyPosition(part))
      : document.position(data);
  };
}

interface PlacedMap {
  readonly document: TextDocument;
  readonly path: Path;
}

/** The texts under `data`; the API server takes nothing but text there. */
function readData({ document, path }: PlacedMap): { texts: Record<string, string>; problems: Problem[] } {
  const data = valueAt(document, [...path, "data"]);
  const texts: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(isMap(data) ? data : {})) {
    const field = [...path, "data", key];
    if (typeof value === "string") texts[key] = value;
    else
      problems.push({
        path: field,
        written: document.written(field) ?? "",
        message: "is not text; put it in quotes, as a ConfigMap holds text only",
        position: document.position(field),
      });
  }
  return { texts, problems };
}

function nothingToRead({ document, path }: PlacedMap): Problem {
  const field = [...path, "data"];
  const message = "holds neither policy.yaml nor settings of Woodpecker's Kubernetes backend";
  return { path: field, message, position: document.position(field) };
}

/** A problem inside a value of the ConfigMap, at its place in the manifest. */
function toManifest(problem: Problem, { document, path }: PlacedMap): Problem {
  const [member = "", key = ""] = problem.path;
  const value = [...path, member, key];
  const position =
    problem.position === undefined ? document.keyPosition(value) : document.inner(value)(problem.position);
  return { ...problem, path: [...path, ...problem.path], position };
}

interface ObjectName {
  readonly name: string;
  readonly namespace: string | undefined;
}

function nameOf({ document, path }: PlacedMap): ObjectName {
  const name = valueAt(document, [...path, "metadata", "name"]);
  const namespace = valueAt(document, [...path, "metadata", "namespace"]);
  return {
    name: typeof name === "string" ? name : "",
    namespace: typeof namespace === "string" ? namespace : undefined,
  };
}

function fullName({ name, namespace }: ObjectName): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Who may write ConfigMaps in a namespace of steps would write the law: such a one counts only where it is named. */
function tierProblems(map: PlacedMap, { tier }: Origin): Problem[] {
  const name = nameOf(map);
  const field = [...map.path, "metadata", "name"];
  const position = map.document.position(field);
  if (name.name === "") return [{ path: field, message: "is missing; a policy is called by it", position }];
  const where = [...map.path, "metadata", "namespace"];
  const given = valueAt(map.document, where);
  if (given !== undefined && typeof given !== "string")
    return [
      {
        path: where,
        written: map.document.written(where) ?? "",
        message: "is not the name of a namespace",
        position: map.document.position(where),
      },
    ];
  const isOurs = name.namespace === undefined || name.namespace === tier.namespace;
  if (isOurs || tier.promoted.includes(fullName(name))) return [];
  const message = `is not the namespace of cluster policies (${tier.namespace}); leave it out, or name this ConfigMap with --policy-configmap ${fullName(name)}`;
  return [{ path: where, written: name.namespace, message, position: map.document.position(where) }];
}
