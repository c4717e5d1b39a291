import { type Path } from "../text/path.ts";
import { type PolicyEnvironment } from "./environment.ts";
import { type Finding } from "./finding.ts";
import { type Workspace } from "./workspace-schema.ts";

/** The three verbs of a section: always on the Pod, when nobody says otherwise, what a step may ask. */
export interface Verbs<Value, Gate> {
  readonly set?: Value | undefined;
  readonly default?: Value | undefined;
  readonly fromStep?: Gate | undefined;
}

/** Gates that stand beside the policy's own: a step gets what all of them grant. */
export interface Narrowing {
  readonly sections: Readonly<Record<string, { readonly fromStep?: unknown } | undefined>>;
  /** The rule behind a part of the sections. */
  readonly ruleAt: (path: Path) => string;
}

/** What the matching policies say together. The policy ring makes it; the engine only reads it. */
export interface EffectivePolicy {
  /** The layers, in ascending priority. */
  readonly names: readonly string[];
  /** Those of them that match on a user who is not known: they count for what they restrict, not for what they grant. */
  readonly unsure: readonly string[];
  /** Whether a policy of the cluster is for the Pod for sure: else nobody grants a step anything. */
  readonly isFounded: boolean;
  /** Tells one effective policy from another, for log, metrics and the applied annotation. */
  readonly digest: string;
  readonly onRefusal: "warn" | "deny";
  readonly trustAnnotations: boolean;
  /** `false`: what the Pod's own spec says is judged like a step's asking. */
  readonly trustPod: boolean;
  /** Whether it is trusted by the cluster's policies: where only one of its namespace does not, nothing is taken out of it. */
  readonly isTrustedByCluster: boolean;
  /** The descriptions of the layers: whom to ask. */
  readonly contact: string;
  readonly platform?: string | undefined;
  /** How AppArmor profiles are written: the field, or the annotation for API servers before 1.30. */
  readonly apparmor: "field" | "annotation";
  /** The sections, by the name of their mutation; their schemas have checked them. */
  readonly sections: Readonly<Record<string, Verbs<unknown, unknown> | undefined>>;
  /** The volume that the steps of a workflow share; absent where no layer has one. */
  readonly workspace?: Workspace | undefined;
  readonly environment: PolicyEnvironment;
  /** What is taken away from what the sections grant; empty where nobody narrows. */
  readonly narrowings: readonly Narrowing[];
  /** Options that policies of the Pod's namespace were granted something of, as a step would have been. */
  readonly asked: ReadonlySet<string>;
  /** Whether a part of the sections is so granted: it holds where a step's asking would, not in every container. */
  readonly isAsked: (path: Path) => boolean;
  /** Whether the cluster's policies give Pods a user namespace of their own, by `set` or by a `default`. */
  readonly givesUsers: boolean;
  /** What policies of the Pod's namespace want and do not get. */
  readonly findings: readonly Finding[];
  /** Label keys on which any policy matches that can be for a Pod of this namespace. */
  readonly matchedLabels: ReadonlySet<string>;
  /** Those of them that no gate judges on an untrusted Pod: what only a namespace matches on is spared where the cluster trusts the Pod. */
  readonly sparedLabels: ReadonlySet<string>;
  /** The rule behind a part of the sections, `acme#/labels/set/ci`; `built-in#…` where no layer says anything. */
  readonly ruleAt: (path: Path) => string;
}
