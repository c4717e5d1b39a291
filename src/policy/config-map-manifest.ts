import { type TextDocument } from "../text/document.ts";
import { type Path } from "../text/path.ts";
import { type Problem } from "../text/problem.ts";
import { isOfClusterTier } from "./cluster-tier.ts";
import { readConfigMap } from "./config-map.ts";
import { located, type Located, type Origin, valueAt } from "./located.ts";

/** Reads a ConfigMap at `path` of a document; positions are those in the document. */
export function readConfigMapManifest(document: TextDocument, path: Path, origin: Origin): Located {
  const manifest = { document, path };
  const own = nameOf(manifest);
  const { policy, problems, warnings } = readConfigMap({
    name: fullName(own),
    data: valueAt(document, [...path, "data"]),
    binaryData: valueAt(document, [...path, "binaryData"]),
  });
  const objections = [...tierProblems(manifest, own, origin), ...problems.map(placeIn(manifest))];
  return located(origin, {
    policies: policy === undefined || objections.length > 0 ? [] : [policy],
    problems: objections,
    warnings: warnings.map(placeIn(manifest)),
  });
}

interface Manifest {
  readonly document: TextDocument;
  readonly path: Path;
}

/** A problem inside a value of the ConfigMap, at its place in the manifest. */
function placeIn({ document, path }: Manifest): (problem: Problem) => Problem {
  return (problem) => {
    const [member = "", key] = problem.path;
    const value = key === undefined ? [...path, member] : [...path, member, key];
    const outer = key === undefined ? document.position(value) : document.keyPosition(value);
    const position = problem.position === undefined ? outer : document.inner(value)(problem.position);
    return { ...problem, path: [...path, ...problem.path], position };
  };
}

interface ObjectName {
  readonly name: string;
  readonly namespace: string | undefined;
}

function nameOf({ document, path }: Manifest): ObjectName {
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

function tierProblems({ document, path }: Manifest, own: ObjectName, { tier }: Origin): Problem[] {
  const field = [...path, "metadata", "name"];
  if (own.name === "")
    return [
      { path: field, message: "is missing; a policy is called by it", position: document.position(field) },
    ];
  const where = [...path, "metadata", "namespace"];
  const position = document.position(where);
  const given = valueAt(document, where);
  if (given !== undefined && typeof given !== "string") {
    const written = document.written(where) ?? "";
    return [{ path: where, written, message: "is not the name of a namespace", position }];
  }
  if (given === undefined || isOfClusterTier(given, own.name, tier)) return [];
  const message = `is not the namespace of cluster policies (${tier.namespace}); leave it out, or name this ConfigMap with --policy-configmap ${fullName(own)}`;
  return [{ path: where, written: given, message, position }];
}
