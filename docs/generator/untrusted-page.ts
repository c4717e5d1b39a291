import { type FieldRow } from "#src/engine/field-row.ts";
import { UNTRUSTED_FIELDS } from "#src/engine/untrusted-fields.ts";
import { code, fenced, page, table } from "./markdown.ts";

const titles: Readonly<Record<keyof typeof UNTRUSTED_FIELDS, string>> = {
  spec: "The Pod",
  "spec.securityContext": "The Pod's security context",
  "containers[]": "Every container",
  "containers[].securityContext": "A container's security context",
  "volumes[]": "Kinds of volumes",
  "env[].valueFrom": "Kinds of variables",
  "envFrom[]": "Kinds of sources of variables",
};

/** What becomes of each field of a Pod that a policy does not trust. */
export function untrustedPage(): string {
  return page("Pods that are not trusted", [
    "With `trustPod: false` what the Pod's own spec says is judged like a step's asking, before anything else is done. That is for Pods whose creator writes into them what steps ask, as an agent of Woodpecker does that knows nothing of Podpecker: its Pods are held to the policy as they are.",
    fenced("yaml", "version: v1\ntrustPod: false\nonRefusal: deny"),
    "Each field below has one of three fates. **Judged**: the gate (`fromStep`) of the option that would ask for it says whether it stays. **Refused**: no option asks for it, so that it goes. **Kept**: it harms nobody but the Pod, or it is its creator's business. What is refused is taken out and told ([`pod-refused`](findings.md#refused)): with `onRefusal: warn` the Pod runs without it, with `onRefusal: deny` it does not run. A field that stands in none of the tables is of a Kubernetes that this version does not know: it is taken out and told, but denies no Pod.",
    "## What stays whatever the gates say",
    list([
      "What the policy itself gives: if the Pod, without the thing, would be given that very thing, by `set`, `default`, a resource class or what the step asks and is granted, it may say it. Otherwise a second decision would undo the first one.",
      "What only its creator writes: the labels `step`, `service` and `woodpecker-ci.org/*`, every label that a policy of the cluster matches on, and the annotations that Podpecker reads, see [reserved keys](reserved-keys.md).",
      "What a Woodpecker agent makes for the step, by its exact name: the workspace (`wp-<id>-<workflow>-default`, of the workflow that the label `woodpecker-ci.org/task-uuid` names, and only one), the Secrets `<Pod>-step-secret` and `wp-<uuid>`, the resources of the container `init-<Pod>`.",
      "What the API server wrote before any webhook: the account `default`, the volume `kube-api-access-…` with the account's token, two tolerations, LimitRanger's values (where the namespace's LimitRanges are known, as they say), requests that are copies of their limits.",
      "What only takes rights away, such as `runAsNonRoot: true`, `hostUsers: false` or dropped capabilities.",
    ]),
    "Two things are not taken out but deny the Pod ([`pod-denied`](findings.md#denied)) where no gate grants them, since the Pod could have more without them. Where only a policy of its namespace does not trust it, that is all it says: such a policy narrows, and must not take a `runtimeClassName: gvisor`, a node selector or a limit away from a Pod that the cluster trusts (what this version does not know stays there). Where the cluster does not trust it, that is a label on which only policies of the namespace match: without the label others would be for the Pod the next time.",
    "A note in `podpecker.dev/applied` is not read for this: whoever makes a Pod could forge it.",
    "## What to grant",
    "Other admission plugins and webhooks that come before Podpecker write into the Pod as well, and nobody can tell their words from its creator's. What they give must be granted, or be given by the policy too:",
    list([
      "`imagePullSecrets` of a ServiceAccount, which the API server copies into a Pod that names none: `imagePullSecrets.set`;",
      "a PriorityClass that is the cluster's default: `priorityClassName.default`;",
      "the node selector and tolerations of a RuntimeClass, and those of PodNodeSelector: `nodeSelector` and `tolerations`;",
      "containers and volumes that another webhook adds: let it come after Podpecker, or give its volumes by `volumes.set`.",
    ]),
    "Agents since 3.0 write `fsGroup: 1000` into every Pod: where a policy closes the security context, it must give that itself (`securityContext.default`).",
    ...Object.entries(UNTRUSTED_FIELDS).flatMap(([level, rows]) => [
      // The keys of the table.
      `## ${titles[level as keyof typeof titles]}`,
      table(["fate", code(level), "about"], (rows as readonly FieldRow[]).map(rowOf)),
    ]),
  ]);
}

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join("\n");

function rowOf({ fate, fields, by = [], why, unless }: FieldRow): string[] {
  const gates = by.map((option) => `[${code(option)}](policy.md#${option.toLowerCase()})`).join(", ");
  const judges = by.length === 0 ? "" : `By ${gates}.`;
  const reason = fate === "refused" ? `${why.charAt(0).toUpperCase()}${why.slice(1)}.` : why;
  const exception = unless === undefined ? "" : `Except ${unless.words}.`;
  return [
    fate,
    fields.map(code).join(", "),
    [judges, reason, exception].filter((part) => part !== "").join(" "),
  ];
}
