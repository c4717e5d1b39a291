import { type Webhook } from "./cluster-objects.ts";
import { type ClusterState } from "./cluster-view.ts";

/** What is special about one of the two webhook configurations. */
export interface ConfigurationKind {
  readonly member: "mutating" | "validating";
  readonly about: string;
  readonly kind: string;
  /** The resource, as kubectl takes it. */
  readonly resource: string;
  /** What its webhooks are for; one that says nothing of itself is for the first. */
  readonly purposes: readonly [Purpose, ...Purpose[]];
}

/** What a webhook is for. */
export interface Purpose {
  /** Where Podpecker answers it. */
  readonly path: string;
  /** What the API server must bring. */
  readonly wanted: { readonly resources: readonly string[]; readonly operations: readonly string[] };
  readonly brings: string;
  readonly withoutIt: string;
  /** What failurePolicy does harm, what harm, and why the other one is better. */
  readonly harmful: {
    readonly policy: "Fail" | "Ignore";
    readonly harm: string;
    readonly remedy: string;
  };
}

const decisions: Purpose = {
  path: "/mutate",
  wanted: { resources: ["pods"], operations: ["CREATE"] },
  brings: "Pods that are created",
  withoutIt: "no Pod comes to Podpecker",
  harmful: {
    policy: "Ignore",
    harm: "steps run without their policy",
    remedy: "set it to Fail once Podpecker has run for a while",
  },
};

const policies: Purpose = {
  path: "/validate-policy",
  wanted: { resources: ["configmaps"], operations: ["CREATE", "UPDATE"] },
  brings: "policies that are written",
  withoutIt: "bad policies are found only after they were written",
  harmful: {
    policy: "Fail",
    harm: "no policy can be mended",
    remedy: "set it to Ignore; a bad policy that got in never replaces a good one",
  },
};

const validations: Purpose = {
  path: "/validate-pod",
  wanted: { resources: ["pods/resize", "pods/ephemeralcontainers"], operations: ["UPDATE"] },
  brings: "Pods that are resized or debugged",
  withoutIt: "a resize may leave the bounds of a policy, and an ephemeral container its security settings",
  harmful: {
    policy: "Ignore",
    harm: "nobody judges how Pods are resized or debugged",
    remedy: "set it to Fail: nothing that runs depends on it",
  },
};

export const mutatingKind: ConfigurationKind = {
  member: "mutating",
  about: "Mutating configuration",
  kind: "MutatingWebhookConfiguration",
  resource: "mutatingwebhookconfiguration",
  purposes: [decisions],
};

export const validatingKind: ConfigurationKind = {
  member: "validating",
  about: "Validating configuration",
  kind: "ValidatingWebhookConfiguration",
  resource: "validatingwebhookconfiguration",
  purposes: [policies, validations],
};

/** What was read of a kind of configuration. */
export const configurationOf = (
  state: ClusterState,
  { member }: ConfigurationKind,
): ClusterState["mutating"] => state[member];

/** What a webhook is for, by the path that it leads to. */
export function purposeOf(
  { clientConfig: { url, service } }: Webhook,
  { purposes }: ConfigurationKind,
): Purpose {
  const path = url !== undefined && URL.canParse(url) ? new URL(url).pathname : service?.path;
  return purposes.find((purpose) => purpose.path === path) ?? purposes[0];
}
