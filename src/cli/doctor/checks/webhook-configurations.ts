import { type Rule, type Webhook, type WebhookConfiguration } from "../cluster-objects.ts";
import { type ClusterView } from "../cluster-view.ts";
import {
  configurationOf,
  type ConfigurationKind,
  mutatingKind,
  type Purpose,
  purposeOf,
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

/** The API server is told to bring policies to Podpecker before it keeps them, and Pods before it lets them be changed. */
export const validatingConfiguration = (view: ClusterView): Verdict[] => check(view, validatingKind);

function check(view: ClusterView, kind: ConfigurationKind): Verdict[] {
  const reading = configurationOf(view, kind);
  if (reading.state === "absent") return [absent(view, kind)];
  if (reading.state !== "read") return [unread(kind.about, reading)];
  const ours = ourWebhooks(reading, view.names).map(({ webhook }) => webhook);
  if (ours.length === 0) return [leadsElsewhere(view, kind, reading.value)];
  const found = ours.map((webhook) => ({ webhook, purpose: purposeOf(webhook, kind) }));
  const missing = kind.purposes.filter((one) => !found.some(({ purpose }) => purpose === one));
  return [
    ...found.flatMap((one) => [target(view, kind, one), ...oddities(kind, one)]),
    ...missing.map((purpose) => nobody(view, kind, purpose)),
  ];
}

/** A webhook of ours, and what it is for. */
interface Found {
  readonly webhook: Webhook;
  readonly purpose: Purpose;
}

function absent(
  { names }: ClusterView,
  { member, about, kind, resource, purposes: [{ withoutIt }] }: ConfigurationKind,
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

function nobody(
  { names }: ClusterView,
  { about, resource }: ConfigurationKind,
  { brings, withoutIt }: Purpose,
): Verdict {
  return warning(about, `no webhook of "${names.configuration}" brings ${brings}: ${withoutIt}`, [
    "apply the manifests of this version",
    `kubectl get ${resource} ${names.configuration} -o yaml`,
  ]);
}

function target(
  { names }: ClusterView,
  { about, resource }: ConfigurationKind,
  { webhook, purpose: { wanted, brings } }: Found,
): Verdict {
  const { rules = [] } = webhook;
  const missing = wanted.resources.flatMap((wish) => {
    const without = wanted.operations.filter(
      (operation) => !rules.some((rule) => covers(rule, operation, wish)),
    );
    return without.length === 0 ? [] : [`${without.join(" and ")} of ${wish}`];
  });
  if (missing.length === 0) return ok(about, `"${webhook.name}" brings ${brings} to ${placeOf(webhook)}`);
  return failed(about, `"${webhook.name}" has no rule for ${missing.join(", ")}`, [
    `add a rule with apiGroups [""], apiVersions ["v1"], operations ${JSON.stringify(wanted.operations)} and resources ${JSON.stringify(wanted.resources)}`,
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
    patternsOf(resource).some((pattern) => resources?.includes(pattern) === true)
  );
}

/** What a rule may say to mean a resource: "*" is all of them, but no subresource. */
function patternsOf(resource: string): string[] {
  const [whole = "", part] = resource.split("/");
  return [resource, "*/*", ...(part === undefined ? ["*"] : [`${whole}/*`, `*/${part}`])];
}

function oddities(
  { about }: ConfigurationKind,
  {
    webhook: { name, failurePolicy = "Fail", timeoutSeconds = 10, sideEffects = "" },
    purpose: { harmful },
  }: Found,
): Verdict[] {
  const verdicts: Verdict[] = [];
  if (failurePolicy === harmful.policy)
    verdicts.push(
      warning(
        about,
        `"${name}" has failurePolicy ${failurePolicy}: when Podpecker is away, ${harmful.harm}`,
        [harmful.remedy],
      ),
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
