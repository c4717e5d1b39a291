import { callFailureRemedy } from "./call-failure.ts";
import { type ClusterView, type Status } from "./cluster-view.ts";
import {
  configurationOf,
  type ConfigurationKind,
  mutatingKind,
  validatingKind,
} from "./configuration-kind.ts";
import { type OurWebhook, ourWebhooks } from "./our-webhooks.ts";
import { canI, describePermission } from "./permission.ts";
import { failed, unknown, type Verdict } from "./verdict.ts";

/** A Pod that was refused, and where. */
export interface Refusal {
  readonly about: string;
  readonly namespace: string;
  readonly view: ClusterView;
}

/** Says why the API server did not take a Pod, and what to do. */
export function explainRefusal(refusal: Refusal, { message, code }: Status): Verdict {
  const text = message
    .trim()
    .split(/\s*\n\s*/)
    .join("; ");
  for (const [pattern, explain] of reasons) {
    const found = pattern.exec(text);
    if (found !== null) return explain(refusal, ...found.slice(1));
  }
  return failed(refusal.about, `${aPod(refusal)} is refused${code === 0 ? "" : `, code ${code}`}: ${text}`, [
    "where the reason names what a policy sets, mend the policy; otherwise the namespace, or name another with --try-namespace",
  ]);
}

/** What API servers say, and what it means; the first that fits counts. */
const reasons: readonly (readonly [RegExp, (refusal: Refusal, ...found: string[]) => Verdict])[] = [
  [/failed calling webhook "([^"]*)": (.*)/, callFailed],
  [/admission webhook "([^"]*)" denied the request(?:: (.*))?/, denied],
  [/admission webhook "([^"]*)" does not support dry run/, noDryRun],
  [/cannot impersonate resource "([^"]*)"/, mayNotImpersonate],
  // https://kubernetes.io/docs/reference/access-authn-authz/authentication/#constrained-impersonation
  [/cannot impersonate[-:a-z]* resource/, mayNotImpersonate],
  [/cannot create resource "pods"/, mayNotCreate],
  [/violates PodSecurity "([^"]*)": (.*)/, insecure],
  [/(?:exceeded|failed) quota: (.*)/, overQuota],
  [/namespaces "[^"]*" not found/, noNamespace],
  [/is being terminated/, ending],
];

const aPod = ({ namespace }: Refusal): string => `a step's Pod in namespace "${namespace}"`;

function callFailed(refusal: Refusal, name = "", reason = ""): Verdict {
  const { about, view } = refusal;
  const ours = kindsOfOurs(view).find(({ webhook }) => webhook.name === name);
  if (ours === undefined)
    return failed(about, `${aPod(refusal)} is refused, as another webhook, "${name}", fails: ${reason}`, [
      "whoever runs that webhook should mend it",
    ]);
  const says = `${aPod(refusal)} is refused, as the call to Podpecker fails: ${reason}`;
  return failed(about, says, callFailureRemedy(reason, view, ours));
}

/** Our webhooks that a Pod may come by: where a component says so, one judges it after all others. */
const kindsOfOurs = (view: ClusterView): (OurWebhook & { readonly kind: ConfigurationKind })[] =>
  [mutatingKind, validatingKind].flatMap((kind) =>
    ourWebhooks(configurationOf(view, kind), view.names).map((ours) => ({ ...ours, kind })),
  );

function denied(refusal: Refusal, name = "", reason = ""): Verdict {
  const { about, view } = refusal;
  const isOurs = kindsOfOurs(view).some(({ webhook }) => webhook.name === name);
  return isOurs
    ? failed(about, `Podpecker denies ${aPod(refusal)} that asks for nothing: ${reason}`, [
        "mend the policies that the reason names",
      ])
    : unknown(about, `${aPod(refusal)} is denied by another webhook, "${name}": ${reason}`, [
        "name a namespace with --try-namespace where that webhook lets a small Pod pass",
      ]);
}

function noDryRun({ about }: Refusal, name = ""): Verdict {
  return unknown(about, `nothing was tried: the webhook "${name}" does not support dry runs`, [
    "its configuration should say sideEffects None or NoneOnDryRun",
  ]);
}

function mayNotImpersonate({ about }: Refusal, resource = "users"): Verdict {
  return unknown(about, `nothing was tried: whoever asks may not impersonate ${resource}`, [
    "leave out --as, or ask as somebody who may",
    canI({ verb: "impersonate", resource }),
  ]);
}

function mayNotCreate({ about, namespace }: Refusal): Verdict {
  const permission = { verb: "create", resource: "pods", namespace };
  return unknown(about, `nothing was tried: the creator may not ${describePermission(permission)}`, [
    "try it as somebody who may; a dry run needs the same permission",
    canI(permission),
  ]);
}

/** Pod Security looks at what the policies made of a Pod that met the strictest profile. */
function insecure(refusal: Refusal, profile = "", violations = ""): Verdict {
  const says = `${aPod(refusal)} is refused by Pod Security "${profile}" after the policies were applied: ${violations}`;
  return failed(refusal.about, says, [
    "let the policy set what the profile wants, or give the namespace a wider profile",
  ]);
}

function overQuota(refusal: Refusal, reason = ""): Verdict {
  return unknown(refusal.about, `${aPod(refusal)} is refused by a quota: ${reason}`, [
    "let a policy give what it wants (resources.default), raise it, wait until other Pods end, or name another namespace with --try-namespace",
    `kubectl --namespace ${refusal.namespace} describe resourcequotas`,
  ]);
}

function noNamespace({ about, namespace }: Refusal): Verdict {
  return unknown(about, `nothing was tried: there is no namespace "${namespace}"`, [
    "name one that exists with --try-namespace",
    "kubectl get namespaces",
  ]);
}

function ending({ about, namespace }: Refusal): Verdict {
  return unknown(about, `nothing was tried: namespace "${namespace}" is being deleted`, [
    "name another one with --try-namespace",
  ]);
}
