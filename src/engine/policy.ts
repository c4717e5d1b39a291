import { type Path } from "../text/path.ts";
import { type PolicyEnvironment } from "./environment.ts";

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
  /** Tells one effective policy from another, for log, metrics and the applied annotation. */
  readonly digest: string;
  readonly onRefusal: "warn" | "deny";
  readonly trustAnnotations: boolean;
  /** `false`: what the Pod's own spec says is judged like a step's asking. */
  readonly trustPod: boolean;
  /** The descriptions of the layers: whom to ask. */
  readonly contact: string;
  readonly platform?: string | undefined;
  /** How AppArmor profiles are written: the field, or the annotation for API servers before 1.30. */
  readonly apparmor: "field" | "annotation";
  /** The sections, by the name of their mutation; their schemas have checked them. */
  readonly sections: Readonly<Record<string, Verbs<unknown, unknown> | undefined>>;
  readonly environment: PolicyEnvironment;
  /** What is taken away from what the sections grant; empty where nobody narrows. */
  readonly narrowings: readonly Narrowing[];
  /** Label keys on which any loaded policy matches. */
  readonly matchedLabels: ReadonlySet<string>;
  /** The rule behind a part of the sections, `acme#/labels/set/ci`; `built-in#…` where no layer says anything. */
  readonly ruleAt: (path: Path) => string;
}
