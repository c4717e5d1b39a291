import { type TextDocument } from "../text/document.ts";
import { type Path } from "../text/path.ts";
import { type Problem } from "../text/problem.ts";
import { isOfClusterTier } from "./cluster-tier.ts";
import { readConfigMap } from "./config-map.ts";
import { located, type Located, type Origin } from "./located.ts";
import { type Policy } from "./policy.ts";
import { valueAt } from "../text/value-at.ts";

/** Reads a ConfigMap at `path` of a document; positions are those in the document. */
export function readConfigMapManifest(document: TextDocument, path: Path, origin: Origin): Located {
  const manifest = { document, path };
  const own = nameOf(manifest);
  const { policy, problems, warnings, place } = readConfigMap({
    name: fullName(own),
    data: valueAt(document.value, [...path, "data"]),
    binaryData: valueAt(document.value, [...path, "binaryData"]),
  });
  const objections = [...nameProblems(manifest, own), ...problems.map(placeIn(manifest))];
  return located(origin, {
    policies: policy === undefined || objections.length > 0 ? [] : [{ ...policy, ...whose(own, origin) }],
    problems: objections,
    warnings: warnings.map(placeIn(manifest)),
    placed: (problem) => placeIn(manifest)({ ...problem, ...place(problem.path) }),
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
  const name = valueAt(document.value, [...path, "metadata", "name"]);
  const namespace = valueAt(document.value, [...path, "metadata", "namespace"]);
  return {
    name: typeof name === "string" ? name : "",
    namespace: typeof namespace === "string" ? namespace : undefined,
  };
}

function fullName({ name, namespace }: ObjectName): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** One of another namespace than the cluster policies' is a policy of that namespace, as in a cluster. */
function whose({ name, namespace }: ObjectName, { tier }: Origin): Pick<Policy, "namespace"> {
  return namespace === undefined || isOfClusterTier(namespace, name, tier) ? {} : { namespace };
}

function nameProblems({ document, path }: Manifest, own: ObjectName): Problem[] {
  const field = [...path, "metadata", "name"];
  if (own.name === "")
    return [
      { path: field, message: "is missing; a policy is called by it", position: document.position(field) },
    ];
  const where = [...path, "metadata", "namespace"];
  const given = valueAt(document.value, where);
  if (given === undefined || typeof given === "string") return [];
  const written = document.written(where) ?? "";
  const position = document.position(where);
  return [{ path: where, written, message: "is not the name of a namespace", position }];
}
