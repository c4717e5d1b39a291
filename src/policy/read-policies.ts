import { readDocuments, type Reading, type TextDocument } from "../text/document.ts";
import { type Path } from "../text/path.ts";
import { type ClusterTier } from "./cluster-tier.ts";
import { readConfigMapManifest } from "./config-map-manifest.ts";
import { isMap } from "../text/is-map.ts";
import { accepted, failed, type Located, type Origin } from "./located.ts";
import { type PolicyProblem, type PolicyReading } from "./policy.ts";
import { checkDocument } from "./read-document.ts";
import { valueAt } from "../text/value-at.ts";

export type { ClusterTier } from "./cluster-tier.ts";

/** A text that holds policies and what it is called. */
export interface PolicyText {
  readonly path: string;
  readonly text: string;
}

/** Reads all policies of some texts: ConfigMap manifests, lists of them, bare policy documents. Tells everything that is wrong, not the first. */
export function readPolicies(texts: readonly PolicyText[], tier: ClusterTier): PolicyReading {
  const readings = texts.flatMap(({ path, text }) => readText(text, { origin: path, tier }));
  const all = together(readings);
  return { ...all, problems: [...all.problems, ...sameNames(readings)] };
}

function readText(text: string, origin: Origin): Located[] {
  const readings = readDocuments(text);
  if (readings.length === 0) return [failed(origin, [{ path: [], message: "is empty; a policy is wanted" }])];
  return readings.map((reading) => readOne(reading, origin));
}

function readOne({ document, problems }: Reading, origin: Origin): Located {
  if (document === undefined) return failed(origin, problems);
  const isManifest = isMap(document.value) && "kind" in document.value;
  return isManifest ? readManifest(document, [], origin) : readBare(document, origin);
}

function readManifest(document: TextDocument, path: Path, origin: Origin): Located {
  const value = valueAt(document.value, path);
  const kind = isMap(value) ? value["kind"] : undefined;
  if (kind === "ConfigMap") return readConfigMapManifest(document, path, origin);
  if (String(kind).endsWith("List") && isMap(value) && Array.isArray(value["items"])) {
    const items = value["items"].map((_, index) => readManifest(document, [...path, "items", index], origin));
    return { origin: origin.origin, ...together(items) };
  }
  const field = [...path, "kind"];
  const written = document.written(field);
  const message =
    "is not a kind that holds policies; a ConfigMap is, or a List of them, or a policy by itself";
  return failed(origin, [
    {
      path: field,
      ...(written === undefined ? {} : { written }),
      message,
      position: document.position(field),
    },
  ]);
}

/** A policy by itself is called what its file is called. */
function readBare(document: TextDocument, origin: Origin): Located {
  const { policyDocument, problems } = checkDocument(document);
  if (policyDocument === undefined) return failed(origin, problems);
  const name = origin.origin.replace(/^.*\//, "").replace(/\.(ya?ml|json)$/, "");
  return accepted(origin, { name, document: policyDocument }, document.keyPosition);
}

function together(readings: readonly Located[]): PolicyReading {
  const readingOf = new Map(
    readings.flatMap((reading) => reading.policies.map((policy) => [policy, reading])),
  );
  return {
    policies: readings.flatMap(({ policies }) => policies),
    problems: readings.flatMap(({ problems }) => problems),
    warnings: readings.flatMap(({ warnings }) => warnings),
    locate: (problem, policy) =>
      readingOf.get(policy)?.locate(problem, policy) ?? { ...problem, origin: policy.name },
  };
}

function sameNames(readings: readonly Located[]): PolicyProblem[] {
  const seen = new Map<string, string>();
  return readings.flatMap(({ origin, policies }) =>
    policies.flatMap(({ name }) => {
      const first = seen.get(name);
      seen.set(name, first ?? origin);
      if (first === undefined) return [];
      return [
        { origin, path: [], written: name, message: `is the name of another policy already, in ${first}` },
      ];
    }),
  );
}
