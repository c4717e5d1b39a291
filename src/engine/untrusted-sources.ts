import { type FieldRow, judged, kept, refused } from "./field-row.ts";

/** Where a Pod's volumes and variables may come from, by their kinds: a part of the table of untrusted fields. */
export const UNTRUSTED_SOURCES = {
  "volumes[]": [
    judged(
      ["persistentVolumeClaim"],
      ["volumes"],
      "Spared: the workspace of the Pod's own workflow, as the agent names it, or as the policy gives it.",
    ),
    judged(["secret"], ["secrets"]),
    kept(["name", "emptyDir"], "Room of the Pod's own, which ends with it."),
    kept(["downwardAPI"], "It shows the Pod to itself."),
    refused(["projected"], "it may hold a token for an audience of its choice, or Secrets", {
      words: "the API server's own `kube-api-access-…`",
      holds: () => false,
    }),
    refused(["configMap"], "no option asks for what a ConfigMap of the namespace holds"),
    refused(["hostPath"], "its files are the node's"),
    refused(["ephemeral"], "it makes a claim of any class and size"),
    refused(["image"], "it pulls an image, and no option asks for it"),
    refused(
      ["csi", "nfs", "iscsi", "fc", "flexVolume", "gitRepo"],
      "no option asks for storage of this kind",
    ),
  ],
  "env[].valueFrom": [
    judged(["secretKeyRef"], ["secrets"], "Spared: the agent's own Secret of the step, `<Pod>-step-secret`."),
    kept(["fieldRef", "resourceFieldRef", "fileKeyRef"], "It shows the Pod to itself."),
    refused(["configMapKeyRef"], "no option asks for what a ConfigMap of the namespace holds"),
  ],
  "envFrom[]": [
    judged(["secretRef"], ["secrets"]),
    kept(["prefix"], "It is a beginning of names."),
    refused(["configMapRef"], "no option asks for what a ConfigMap of the namespace holds"),
  ],
} as const satisfies Readonly<Record<string, readonly FieldRow[]>>;
