import { chosenNamespaces } from "../chosen-namespaces.ts";
import { type ClusterView } from "../cluster-view.ts";
import { enumerate } from "../enumerate.ts";
import { labelRemedy } from "../label-remedy.ts";
import { ourWebhooks } from "../our-webhooks.ts";
import { isUnread, unread } from "../reading.ts";
import { failed, ok, type Verdict, warning } from "../verdict.ts";

const ABOUT = "Namespaces";

/** Namespaces are chosen, and none whose Pods Podpecker must not wait for. */
export function namespaces(view: ClusterView): Verdict[] {
  const { namespaces: reading, mutating, names } = view;
  if (isUnread(reading)) return [unread(ABOUT, reading)];
  const chosen = chosenNamespaces(view);
  const ours = ourWebhooks(mutating, names).map(({ webhook }) => webhook);
  // What is wrong with the configuration is said by its own check.
  if (chosen === undefined || ours.length === 0) return [];
  if (chosen.length === 0)
    return [failed(ABOUT, "none is chosen by the selectors: no Pod comes to Podpecker", labelRemedy(view))];
  const conditions = ours.flatMap(({ matchConditions = [] }) => matchConditions.map(({ name }) => name));
  const narrowed =
    conditions.length === 0 ? "" : `, as far as the match conditions say (${enumerate(conditions)})`;
  return [
    ok(ABOUT, `${chosen.length} of ${total(view)} are chosen${narrowed}: ${enumerate(chosen)}`),
    ...[names.namespace, "kube-system"].filter((name) => chosen.includes(name)).map(tooWide),
  ];
}

function total({ namespaces: reading }: ClusterView): number {
  return reading.state === "read" ? reading.value.length : 0;
}

function tooWide(name: string): Verdict {
  return warning(ABOUT, `"${name}" is chosen, too: its Pods cannot start while Podpecker is away`, [
    `leave it out: a matchExpression on kubernetes.io/metadata.name, NotIn, with "${name}"`,
  ]);
}
