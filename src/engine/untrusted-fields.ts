import { type FieldRow, judged, kept, only, refused } from "./field-row.ts";
import { isEmptyValue } from "./pod-word/empty.ts";
import { UNTRUSTED_SOURCES } from "./untrusted-sources.ts";

const NODE = "the Pod would leave its own namespaces for its node's";
const EMPTY = { words: "`{}`", holds: isEmptyValue };
/** Of a Pod's security context and of a container's alike. */
const FOREIGN = [
  refused(["seLinuxOptions"], "a label of its choice could be that of another container, or none", EMPTY),
  refused(["windowsOptions"], "they can make a container a process of its node", EMPTY),
];
const HANDLERS = ["httpGet", "tcpSocket"];
const PROBES = [
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle.postStart",
  "lifecycle.preStop",
];

/**
 * Every field that a Pod can have, and what becomes of it under `trustPod: false`: judged like a step's asking by an
 * option's gate, refused because no option asks for it, or kept because it harms nobody but the Pod itself or is its
 * creator's business. A field that stands in none of the rows is taken out. The core of what is refused is the Pod
 * Security Standard `baseline`. The reference page is made from this table.
 */
// https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline
export const UNTRUSTED_FIELDS = {
  spec: [
    judged(["nodeSelector"], ["nodeSelector"]),
    judged(
      ["tolerations"],
      ["tolerations"],
      "The two that the API server gives every Pod (`node.kubernetes.io/not-ready` and `unreachable`, NoExecute, for a time) are spared.",
    ),
    judged(["affinity"], ["affinity"]),
    judged(["runtimeClassName"], ["runtimeClassName"], "`overhead` goes with it."),
    judged(
      ["serviceAccountName", "serviceAccount"],
      ["serviceAccountName"],
      "`default` is spared. The token volume goes with it.",
    ),
    judged(["hostUsers"], ["hostUsers"], "`false` only takes rights away: it is kept."),
    judged(["volumes"], ["volumes", "secrets"], "By their kinds, below. Mounts go with their volume."),
    judged(["resources"], ["resources"]),
    refused(["hostNetwork", "hostPID", "hostIPC"], NODE, only(false)),
    refused(
      ["shareProcessNamespace"],
      "containers would see each other's processes, also those that another webhook adds",
      only(false),
    ),
    refused(["nodeName"], "a Pod that names its node passes by the scheduler, and with it by taints"),
    refused(["schedulerName"], "another scheduler may place it by other rules", only("default-scheduler")),
    refused(["topologySpreadConstraints"], "they say where the Pod may run, and no option asks for them"),
    refused(
      ["priorityClassName"],
      "a Pod of a higher class drives others from their nodes; only a policy names classes",
    ),
    refused(["imagePullSecrets[]"], "only a policy names pull secrets", {
      words: "the agent's own for this step, `wp-<uuid>`",
      holds: () => false,
    }),
    refused(["resourceClaims"], "they are devices, and no option asks for them"),
    refused(
      ["automountServiceAccountToken"],
      "whether a token is mounted is for the account to say",
      only(false),
    ),
    kept(["containers", "initContainers", "ephemeralContainers", "securityContext"], "See below."),
    kept(
      [
        "hostAliases",
        "dnsConfig",
        "dnsPolicy",
        "hostname",
        "subdomain",
        "setHostnameAsFQDN",
        "hostnameOverride",
      ],
      "Names, as the Pod itself sees them or is called: the agent writes them from the step's `dns` and `extra_hosts`, which Woodpecker's server allows to trusted repositories, and for services.",
    ),
    kept(
      [
        "restartPolicy",
        "terminationGracePeriodSeconds",
        "activeDeadlineSeconds",
        "readinessGates",
        "schedulingGates",
      ],
      "When the Pod runs, and how long: its creator waits for it and deletes it. Without a gate it would only run sooner.",
    ),
    kept(["enableServiceLinks", "os"], "They give nothing."),
    kept(
      ["priority", "preemptionPolicy", "overhead"],
      "The API server computes them from the classes and refuses other ones.",
    ),
  ],
  "spec.securityContext": [
    judged(["runAsUser", "runAsGroup", "fsGroup", "fsGroupChangePolicy"], ["securityContext"]),
    judged(
      ["runAsNonRoot", "seccompProfile", "appArmorProfile"],
      ["securityContext"],
      "What only takes rights away is kept whatever the gate says: `runAsNonRoot: true`, the profile `RuntimeDefault`.",
    ),
    ...FOREIGN,
    refused(["sysctls"], "they are the kernel's, and no option asks for them"),
    refused(["supplementalGroups"], "a group of its choice may own another one's files"),
    kept(["supplementalGroupsPolicy", "seLinuxChangePolicy"], "They give no group and no label."),
  ],
  "containers[]": [
    judged(
      ["resources"],
      ["resources"],
      "Spared: LimitRanger's values, requests that are copies of their limits, and what the agent's init container needs.",
    ),
    judged(
      ["env", "envFrom"],
      ["secrets"],
      "Only variables from elsewhere, by their kinds, below. What stands there literally is the step's `environment`, its creator's business.",
    ),
    refused(["ports[].hostPort"], "it would be a port of the node", only(0)),
    refused(["resources.claims"], "they are devices, and no option asks for them"),
    refused(["volumeDevices"], "no option asks for a volume as a block device"),
    refused(["volumeMounts[].mountPropagation"], "mounts of the container would become its node's", {
      words: "`None`, `HostToContainer`",
      holds: (value) => value !== "Bidirectional",
    }),
    refused(
      PROBES.flatMap((probe) => HANDLERS.map((handler) => `${probe}.${handler}.host`)),
      "the kubelet would call another host than the Pod",
    ),
    kept(["securityContext", "volumeMounts"], "See above and below."),
    kept(
      ["name", "image", "imagePullPolicy", "command", "args", "workingDir", "ports"],
      "What the step runs: its creator's business.",
    ),
    kept(
      [
        ...[
          "livenessProbe",
          "readinessProbe",
          "startupProbe",
          "lifecycle",
          "restartPolicy",
          "restartPolicyRules",
        ],
        ...[
          "resizePolicy",
          "terminationMessagePath",
          "terminationMessagePolicy",
          "stdin",
          "stdinOnce",
          "tty",
        ],
        "targetContainerName",
      ],
      "The container's own life. A container that runs a command by them, or can be typed into, is no plugin.",
    ),
  ],
  "containers[].securityContext": [
    judged(
      ["privileged"],
      ["securityContext"],
      "By the container's own image, and by the rule for plugins: nothing is mounted but the policy's own, the token, and the workspace at `/woodpecker`; where no images are named, only in the step's own container. `false` is kept.",
    ),
    judged(["runAsUser", "runAsGroup"], ["securityContext"]),
    judged(
      ["runAsNonRoot", "allowPrivilegeEscalation", "seccompProfile", "appArmorProfile"],
      ["securityContext"],
      "What only takes rights away is kept whatever the gate says: `runAsNonRoot: true`, `allowPrivilegeEscalation: false`, the profile `RuntimeDefault`.",
    ),
    refused(["capabilities.add"], "no step is given a capability"),
    refused(["procMount"], "the kernel's files would be shown unmasked", only("Default")),
    ...FOREIGN,
    kept(["capabilities", "readOnlyRootFilesystem"], "They take rights away."),
  ],
  ...UNTRUSTED_SOURCES,
} as const satisfies Readonly<Record<string, readonly FieldRow[]>>;

/** Where a field stands: the Pod's spec, or a part of it. */
export type Level = keyof typeof UNTRUSTED_FIELDS;

/** What becomes of a field of the level; nothing where nobody knows it. */
export function fateOf(level: Level, field: string): FieldRow | undefined {
  const rows: readonly FieldRow[] = UNTRUSTED_FIELDS[level];
  return rows.find(({ fields }) => fields.includes(field));
}
