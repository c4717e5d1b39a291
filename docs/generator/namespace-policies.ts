import { code, table } from "./markdown.ts";

const rows: readonly (readonly [parts: readonly string[], effect: string])[] = [
  [
    ["fromStep"],
    "Stands beside the cluster's gate: a step gets what both let through. `true` narrows nothing; what a map leaves out has its default, as ever.",
  ],
  [
    ["set", "default"],
    "Judged by the cluster's gates as if a step had asked for it. What is granted goes under the cluster's `set` and over its `default`, and holds where a step's asking would: in the step's own container, but for what takes rights away (`runAsNonRoot: true`, `privileged: false`, `allowPrivilegeEscalation: false`, `capabilities.drop`), which holds in all. So a Pod can become one that the cluster's `podSecurityStandard` allows, where it would be denied else.",
  ],
  [
    [
      "onRefusal",
      "trustPod",
      "trustAnnotations",
      "resources.onExceed",
      "securityContext.podSecurityStandard",
    ],
    "Made stricter, never looser. A Pod that only `trustPod` of such a policy distrusts is denied where no gate grants what it says: nothing is taken out of it that may protect it, see [Pods that are not trusted](untrusted-pods.md).",
  ],
  [["resources.max", "resources.maxPod"], "Of each resource the smaller amount counts."],
  [
    ["resources.min", "resources.maxLimitRequestRatio"],
    "The larger `min` and the smaller ratio count, in the step's own container: they raise amounts, and a step asks for more only there. Refused where steps may not ask (`resources.fromStep: false`), for a resource of which a policy of the cluster sets the request or the limit, and for a `min` above a `max` or `maxPod`.",
  ],
  [["match"], "Holds within the namespace."],
  [
    ["platform", "workspace", "resources.classes", "securityContext.apparmor"],
    "The cluster's alone: refused.",
  ],
];

/** What a policy of a namespace can do, for the page about policies. */
export const namespacePolicies: readonly string[] = [
  "## Policies of a namespace",
  'A ConfigMap with the label `podpecker.dev/policy: "true"` in another namespace than Podpecker\'s own, or such a manifest in a file, is a policy of that namespace (unless `--policy-configmap` names it). It is for Pods there only, and only narrows what policies of the cluster grant: where none of them is for a Pod it has no effect, which a warning says.',
  table(
    ["part", "what it does there"],
    rows.map(([parts, effect]) => [parts.map(code).join(", "), effect]),
  ),
  "Never granted to it, whatever the gates say: sections that no step can ask for (such as `env` and `imagePullSecrets`), user 0, `runAsNonRoot: false`, privileged mode under `set`, volumes that are not whole claims, files of Secrets under `set`, and anything in the place of what the cluster's policies have. What it gives to a container counts as the step's asking where privileged mode is granted to plugins only.",
  "What it wants and does not get is a [finding](findings.md) of every Pod there, refused, so that `onRefusal` holds; a warning says it when the ConfigMap is written, where that is known. Its last good version stays where a bad one gets in; where there is none, the Pods of the namespace that a policy of the cluster matches are denied, with the reason. It keeps no policy of the cluster from coming into force: where one writes a label that it matches on, it is the bad one.",
  "A policy that matches on `users` narrows in the same way where nobody knows who created a Pod: it counts for what it restricts, not for what it grants.",
];
