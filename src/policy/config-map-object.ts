import { readDocument } from "../text/document.ts";
import { type Problem } from "../text/problem.ts";
import { quote } from "../text/quote.ts";
import { type ClusterTier, isOfClusterTier } from "./cluster-tier.ts";
import { POLICY_YAML, readConfigMap } from "./config-map.ts";
import { isMap } from "../text/is-map.ts";
import { type Policy, type PolicyProblem } from "./policy.ts";

/** The label that makes a ConfigMap a policy, with the value "true". */
export const POLICY_LABEL = "podpecker.dev/policy";

/** Which version of which ConfigMap; what the API server has not said is empty. */
export interface ConfigMapIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
}

/** What was read of a ConfigMap object. Problems say key, line and column: `podpecker/acme policy.yaml:3:5: …`. */
export interface ObjectReading {
  /** Only where there are no problems. */
  readonly policy?: Policy;
  readonly problems: readonly PolicyProblem[];
  readonly warnings: readonly PolicyProblem[];
  /** A problem with a part of the policy, at the key, line and column where that part stands. */
  readonly locate: (problem: Problem) => PolicyProblem;
}

/** Reads a ConfigMap as the API server has it. Never throws, whatever JSON it is given. */
export function readConfigMapObject(object: unknown): ObjectReading {
  const identity = identityOf(object);
  const { data, binaryData } = isMap(object) ? object : {};
  const { policy, problems, warnings, place } = readConfigMap({
    name: fullName(identity),
    data,
    binaryData,
  });
  const inKey = inKeyOf(titleOf(identity));
  const located = [...namelessProblems(identity), ...problems].map(inKey);
  return {
    ...(policy === undefined || located.length > 0 ? {} : { policy }),
    problems: inReadingOrder(located),
    warnings: inReadingOrder(warnings.map(inKey)),
    locate: (problem) => inKey({ ...problem, ...place(problem.path) }),
  };
}

/** Who an object is. Never throws; of no ConfigMap all is empty. */
export function identityOf(object: unknown): ConfigMapIdentity {
  const metadata = metadataOf(object);
  const text = (key: string): string => {
    const value = metadata[key];
    return typeof value === "string" ? value : "";
  };
  return {
    namespace: text("namespace"),
    name: text("name"),
    uid: text("uid"),
    resourceVersion: text("resourceVersion"),
  };
}

/** What a policy from the ConfigMap is called. */
export const fullName = ({ namespace, name }: ConfigMapIdentity): string => `${namespace}/${name}`;

/** Whose law a ConfigMap is: the whole cluster's, its namespace's, or nobody's, being no policy. */
export function standingOf(object: unknown, tier: ClusterTier): "cluster" | "namespace" | "none" {
  const identity = identityOf(object);
  const { labels } = metadataOf(object);
  const isLabelled = isMap(labels) && labels[POLICY_LABEL] === "true";
  if (!isLabelled && !tier.promoted.includes(fullName(identity))) return "none";
  return isOfClusterTier(identity.namespace, identity.name, tier) ? "cluster" : "namespace";
}

/** Whether its `policy.yaml`, whatever else is wrong with it, has the mode `audit`. */
export function saysAudit(object: unknown): boolean {
  const data = isMap(object) ? object["data"] : undefined;
  const text = isMap(data) ? data[POLICY_YAML] : undefined;
  if (typeof text !== "string") return false;
  const value = readDocument(text).document?.value;
  return isMap(value) && value["mode"] === "audit";
}

function metadataOf(object: unknown): Readonly<Record<string, unknown>> {
  const metadata = isMap(object) ? object["metadata"] : undefined;
  return isMap(metadata) ? metadata : {};
}

function namelessProblems({ namespace, name }: ConfigMapIdentity): Problem[] {
  const nameless = name === "" ? [["metadata", "name"]] : [];
  const homeless = namespace === "" ? [["metadata", "namespace"]] : [];
  return [...nameless, ...homeless].map((path) => ({
    path,
    message: "is missing; a policy is called by it",
  }));
}

const titleOf = (identity: ConfigMapIdentity): string =>
  identity.name === "" ? "a ConfigMap without a name" : plain(fullName(identity));

function inKeyOf(title: string): (problem: Problem) => PolicyProblem {
  return (problem) => {
    const [member, key, ...rest] = problem.path;
    if (member !== "data" || key === undefined) return { ...problem, origin: title };
    const inText = { ...problem, path: rest, origin: `${title} ${plain(String(key))}` };
    // What is wrong with a whole text begins where it does; a key that nobody knows stands in no text.
    return problem.position !== undefined || problem.unknownKey === true
      ? inText
      : { ...inText, position: { line: 1, column: 1 } };
  };
}

/** Any name that the API server takes; what it would not take is quoted. */
const plain = (name: string): string => (/^[-._/A-Za-z0-9]{1,320}$/.test(name) ? name : quote(name));

/** Key by key, and in each in the order in which an editor goes through its text. */
function inReadingOrder(problems: readonly PolicyProblem[]): PolicyProblem[] {
  const origins = [...new Set(problems.map(({ origin }) => origin))];
  const key = ({ origin }: PolicyProblem): number => origins.indexOf(origin);
  const line = ({ position }: PolicyProblem): number => position?.line ?? 0;
  return problems.toSorted((a, b) => key(a) - key(b) || line(a) - line(b));
}
