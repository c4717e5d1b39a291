import { type Problem } from "../text/problem.ts";
import { type ClusterTier } from "./cluster-tier.ts";
import {
  type ConfigMapIdentity,
  identityOf,
  readConfigMapObject,
  saysAudit,
  standingOf,
} from "./config-map-object.ts";
import { isMap } from "../text/is-map.ts";
import { type Policy, type PolicyProblem, type PolicyReading } from "./policy.ts";

/** What has policies: the files together, or one ConfigMap. */
export interface PolicySource {
  /** Nothing while the text is bad. */
  readonly policies: readonly Policy[] | undefined;
  readonly problems: readonly PolicyProblem[];
  readonly warnings: readonly PolicyProblem[];
  /** Whether a text that is bad says all the same, where it can be read, that its policy would only be audited. */
  readonly saysAudit: boolean;
  /** A problem with a part of a policy, at the place of that part. */
  readonly locate: (problem: Problem, policy: Policy) => PolicyProblem;
  readonly configMap?: ConfigMapPart;
}

interface ConfigMapPart {
  readonly identity: ConfigMapIdentity;
  /** Whose law it is; while that of a namespace is bad and no good one is known, it is a block. */
  readonly standing: "cluster" | "namespace";
  readonly data: unknown;
  readonly binaryData: unknown;
}

/** The files as one source: none of their policies may come into force while any is bad. */
export function sourceOfFiles({ policies, problems, warnings, locate }: PolicyReading): PolicySource {
  return {
    policies: problems.length > 0 ? undefined : policies,
    problems,
    warnings,
    saysAudit: false,
    locate: (problem, policy) => locate(problem, policy),
  };
}

/** A ConfigMap as a source; nothing where it is no policy. Never throws, whatever JSON it is given. */
export function sourceOfConfigMap(object: unknown, tier: ClusterTier): PolicySource | undefined {
  const standing = standingOf(object, tier);
  if (standing === "none") return undefined;
  const reading = readConfigMapObject(object);
  const identity = identityOf(object);
  const { policy, warnings, locate } = reading;
  const whose = standing === "namespace" ? { namespace: identity.namespace } : {};
  return {
    policies: policy === undefined ? undefined : [{ ...policy, ...whose }],
    problems: reading.problems,
    warnings,
    saysAudit: policy === undefined && saysAudit(object),
    locate,
    configMap: { identity, standing, ...partsOf(object) },
  };
}

/** Whether the source says already what the object says; a new resource version alone says nothing. */
export function saysTheSame({ configMap }: PolicySource, object: unknown, tier: ClusterTier): boolean {
  if (configMap === undefined) return false;
  const { uid, resourceVersion } = identityOf(object);
  const { identity, standing, data, binaryData } = configMap;
  if (uid !== identity.uid) return false;
  if (resourceVersion !== "" && resourceVersion === identity.resourceVersion) return true;
  const next = partsOf(object);
  return (
    standing === standingOf(object, tier) &&
    sameTexts(data, next.data) &&
    sameTexts(binaryData, next.binaryData)
  );
}

function partsOf(object: unknown): Pick<ConfigMapPart, "data" | "binaryData"> {
  const { data, binaryData } = isMap(object) ? object : {};
  return { data, binaryData };
}

/** The API server has nothing but texts there. */
function sameTexts(a: unknown, b: unknown): boolean {
  if (!isMap(a) || !isMap(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  );
}
