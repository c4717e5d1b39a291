import { type ClusterState } from "./cluster-view.ts";

/** What is special about one of the two webhook configurations. */
export interface ConfigurationKind {
  readonly member: "mutating" | "validating";
  readonly about: string;
  readonly kind: string;
  /** The resource, as kubectl takes it. */
  readonly resource: string;
  /** What the API server must bring. */
  readonly wanted: { readonly resource: string; readonly operations: readonly string[] };
  readonly purpose: string;
  readonly withoutIt: string;
}

export const mutatingKind: ConfigurationKind = {
  member: "mutating",
  about: "Mutating configuration",
  kind: "MutatingWebhookConfiguration",
  resource: "mutatingwebhookconfiguration",
  wanted: { resource: "pods", operations: ["CREATE"] },
  purpose: "Pods that are created",
  withoutIt: "no Pod comes to Podpecker",
};

export const validatingKind: ConfigurationKind = {
  member: "validating",
  about: "Validating configuration",
  kind: "ValidatingWebhookConfiguration",
  resource: "validatingwebhookconfiguration",
  wanted: { resource: "configmaps", operations: ["CREATE", "UPDATE"] },
  purpose: "policies that are written",
  withoutIt: "bad policies are found only after they were written",
};

/** What was read of a kind of configuration. */
export const configurationOf = (
  state: ClusterState,
  { member }: ConfigurationKind,
): ClusterState["mutating"] => state[member];
