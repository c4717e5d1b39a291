import { type Rule, type Webhook, type WebhookConfiguration } from "../cluster-objects.ts";
import { type ClusterView } from "../cluster-view.ts";
import {
  configurationOf,
  type ConfigurationKind,
  mutatingKind,
  validatingKind,
} from "../configuration-kind.ts";
import { ourWebhooks, placeOf } from "../our-webhooks.ts";
import { unread } from "../reading.ts";
import { enumerate } from "../enumerate.ts";
import { failed, ok, type Verdict, warning } from "../verdict.ts";

// The API server's own default; https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#timeouts
const USUAL_TIMEOUT = 10;

/** The API server is told to bring Pods to Podpecker. */
export const mutatingConfiguration = (view: ClusterView): Verdict[] => check(view, mutatingKind);

/** The API server is told to bring policies to Podpecker before it keeps them. */
export const validatingConfiguration = (view: ClusterView): Verdict[] => check(view, validatingKind);

function check(view: ClusterView, kind: ConfigurationKind): Verdict[] {
  const reading = configurationOf(view, kind);
  if (reading.state === "absent") return [absent(view, kind)];
  if (reading.state !== "read") return [unread(kind.about, reading)];
  const ours = ourWebhooks(reading, view.names).map(({ webhook }) => webhook);
  if (ours.length === 0) return [leadsElsewhere(view, kind, reading.value)];
  return ours.flatMap((webhook) => [target(view, kind, webhook), ...oddities(webhook, kind)]);
}

function absent(
  { names }: ClusterView,
  { member, about, kind, resource, withoutIt }: ConfigurationKind,
): Verdict {
  const tell = member === "mutating" ? failed : warning;
  return tell(about, `there is no ${kind} "${names.configuration}": ${withoutIt}`, [
    "apply it with the other manifests, or say with --webhook-configuration what it is called",
    `kubectl get ${resource}s`,
  ]);
}

function leadsElsewhere(
  { names }: ClusterView,
  { about, resource }: ConfigurationKind,
  { metadata, webhooks }: WebhookConfiguration,
): Verdict {
  const places = (webhooks ?? []).map(placeOf);
  const ours = `Service ${names.namespace}/${names.service}`;
  const where = places.length === 0 ? "has no webhooks" : `leads to ${enumerate(places)}, not to ${ours}`;
  return failed(about, `"${metadata.name}" ${where}`, [
    "mend its clientConfig.service, or say with --namespace and --service where Podpecker is",
    `kubectl edit ${resource} ${metadata.name}`,
  ]);
}

function target({ names }: ClusterView, kind: ConfigurationKind, webhook: Webhook): Verdict {
  const { about, resource, wanted, purpose } = kind;
  const missing = wanted.operations.filter(
    (operation) => !(webhook.rules ?? []).some((rule) => covers(rule, operation, wanted.resource)),
  );
  if (missing.length === 0) return ok(about, `"${webhook.name}" brings ${purpose} to ${placeOf(webhook)}`);
  return failed(about, `"${webhook.name}" has no rule for ${missing.join(" and ")} of ${wanted.resource}`, [
    `add a rule with apiGroups [""], apiVersions ["v1"], operations ${JSON.stringify(wanted.operations)} and resources ["${wanted.resource}"]`,
    `kubectl edit ${resource} ${names.configuration}`,
  ]);
}

function covers(
  { apiGroups, apiVersions, operations, resources }: Rule,
  operation: string,
  resource: string,
): boolean {
  const has = (list: readonly string[] | undefined, value: string): boolean =>
    list !== undefined && (list.includes("*") || list.includes(value));
  return (
    has(apiGroups, "") &&
    has(apiVersions, "v1") &&
    has(operations, operation) &&
    (has(resources, resource) || has(resources, "*/*"))
  );
}

function oddities(
  { name, failurePolicy = "Fail", timeoutSeconds = 10, sideEffects = "" }: Webhook,
  kind: ConfigurationKind,
): Verdict[] {
  const { about, member } = kind;
  const verdicts: Verdict[] = [];
  if (member === "mutating" && failurePolicy === "Ignore")
    verdicts.push(
      warning(
        about,
        `"${name}" has failurePolicy Ignore: when Podpecker is away, steps run without their policy`,
        ["set it to Fail once Podpecker has run for a while"],
      ),
    );
  if (member === "validating" && failurePolicy === "Fail")
    verdicts.push(
      warning(about, `"${name}" has failurePolicy Fail: when Podpecker is away, no policy can be mended`, [
        "set it to Ignore; a bad policy that got in never replaces a good one",
      ]),
    );
  if (timeoutSeconds > USUAL_TIMEOUT)
    verdicts.push(
      warning(
        about,
        `"${name}" has timeoutSeconds ${timeoutSeconds}: so long everybody waits when Podpecker is away`,
        ["set it to 5; a decision takes less than a millisecond"],
      ),
    );
  if (!["None", "NoneOnDryRun"].includes(sideEffects))
    verdicts.push(
      failed(
        about,
        `"${name}" has sideEffects ${sideEffects}: the API server refuses dry runs that it would be called for`,
        ["set it to NoneOnDryRun, which is what Podpecker keeps to"],
      ),
    );
  return verdicts;
}
