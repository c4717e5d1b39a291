import { type ClusterView, type Workspaces } from "../cluster-view.ts";
import { describePermission, type Permission } from "../permission.ts";
import { isUnread, unread, valueOf } from "../reading.ts";
import { failed, ok, type Remedy, type Verdict, warning } from "../verdict.ts";

const ABOUT = "Workspaces";

// The holder renews it every few seconds, and clocks may differ.
const STALE_MS = 60_000;

const RIGHTS: Remedy = [
  "apply the component manifests/components/workspaces, or set workspaces.enabled=true of the chart",
  "kubectl apply -k manifests/overlays/workspaces",
];

/** Where policies give Pods a claim, replicas may make it, and one of them does. */
export function workspaces({ workspaces: reading, names, now }: ClusterView): Verdict[] {
  if (reading.state === "absent") return [];
  if (isUnread(reading)) return [unread(ABOUT, reading)];
  const { rights, ...found } = reading.value;
  const hidden = rights.map(([, answer]) => answer).find(isUnread);
  if (hidden !== undefined) return [unread(ABOUT, hidden)];
  const missing = rights.flatMap(([permission, answer]) => (valueOf(answer) === true ? [] : [permission]));
  if (missing.length > 0) return [failed(ABOUT, lacking(found, missing), RIGHTS)];
  return [leader(found, { now, names })];
}

const lacking = ({ account }: Pick<Workspaces, "account">, missing: readonly Permission[]): string =>
  `policies give Pods a claim that nobody makes, so that their steps wait: ${account} may not ${missing.map(describePermission).join(", nor ")}`;

function leader(
  { lease }: Pick<Workspaces, "lease">,
  { now, names }: Pick<ClusterView, "now" | "names">,
): Verdict {
  if (isUnread(lease)) return unread(ABOUT, lease);
  const { holderIdentity, renewTime } = valueOf(lease)?.spec ?? {};
  const holder = holderIdentity ?? "";
  const ageMs = now.getTime() - Date.parse(renewTime ?? "");
  if (holder !== "" && ageMs <= STALE_MS) return ok(ABOUT, `claims are made and removed by ${holder}`);
  const why =
    holder === "" || Number.isNaN(ageMs)
      ? "nobody has the Lease"
      : `${holder} has not renewed the Lease for ${Math.round(ageMs / 1000)} s, by the clock here`;
  return warning(ABOUT, `no replica makes and removes claims: ${why}`, [
    "where such a policy is new, ask again in a minute; else see what the replicas say",
    `kubectl --namespace ${names.namespace} logs deployment/${names.service} --tail=50`,
  ]);
}
