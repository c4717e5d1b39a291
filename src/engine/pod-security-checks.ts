import { type FieldPattern } from "../kubernetes/field-pattern.ts";
import { APPARMOR_PREFIX } from "./annotations.ts";
import { OWN_USERS, type Spared, USERS_OF_POLICY, WINDOWS } from "./pod-security-spared.ts";

/** The Pod Security Standards, the widest first. */
export const STANDARDS = ["privileged", "baseline", "restricted"] as const;
export type PodSecurityStandard = (typeof STANDARDS)[number];

/** Those that restrict anything. */
export type PodSecurityProfile = Exclude<PodSecurityStandard, "privileged">;

/** What a profile wants to be said of every container. */
export interface Demand {
  /** Below a container or, where `at` is the Pod, below its spec for all containers that do not say otherwise. */
  readonly field: readonly string[];
  readonly at: "pod" | "container";
  /** What is said where nobody says anything. */
  readonly value: unknown;
  /** Whether the field is a list that must hold the value. */
  readonly isItem?: true;
}

/** One check of the standards. */
export interface PodSecurityCheck {
  /** As Kubernetes' own admission names it. */
  readonly id: string;
  readonly profiles: readonly PodSecurityProfile[];
  readonly fields: readonly FieldPattern[];
  /** What may stand there; reads on after "allows". */
  readonly allowed: string;
  readonly allows: (value: unknown, key: string) => boolean;
  /** Pods that it does not look at. */
  readonly spares?: Spared;
  readonly demand?: Demand;
}

const BOTH = ["baseline", "restricted"] as const;
const container = (...steps: string[]): FieldPattern => [
  ...["spec", "initContainers|containers|ephemeralContainers", "*"],
  ...steps,
];
const own = (...steps: string[]): FieldPattern => container("securityContext", ...steps);
const anywhere = (...steps: string[]): FieldPattern[] => [
  ["spec", "securityContext", ...steps],
  own(...steps),
];
const oneOf = (values: readonly unknown[]): Pick<PodSecurityCheck, "allowed" | "allows"> => ({
  allowed: values.join(", "),
  allows: (value) => values.includes(value),
});

const DEFAULT_CAPABILITIES = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE"],
  ...["SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];
const SAFE_SYSCTLS = [
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"],
  ...["net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout"],
  ...["net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time"],
  ...["net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem"],
];
const SELINUX_TYPES = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];
const VOLUME_SOURCES = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim"],
  ...["projected", "secret"],
];
const PROFILE_TYPES = ["RuntimeDefault", "Localhost"];
const HANDLER = "httpGet|tcpSocket";

/**
 * The checks of both profiles, as the Pod Security admission of Kubernetes 1.36 makes them: what a Pod may not say, and what it
 * must. Where `restricted` is stricter about a thing than `baseline`, each has a check of its own.
 * https://github.com/kubernetes/kubernetes/tree/v1.36.0/staging/src/k8s.io/pod-security-admission/policy
 */
export const podSecurityChecks: readonly PodSecurityCheck[] = [
  {
    id: "hostNamespaces",
    profiles: BOTH,
    fields: [["spec", "hostNetwork|hostPID|hostIPC"]],
    ...oneOf([false]),
  },
  { id: "privileged", profiles: BOTH, fields: [own("privileged")], ...oneOf([false]) },
  {
    id: "capabilities_baseline",
    profiles: ["baseline"],
    fields: [own("capabilities", "add", "*")],
    ...oneOf(DEFAULT_CAPABILITIES),
  },
  {
    id: "capabilities_restricted",
    profiles: ["restricted"],
    fields: [own("capabilities", "add", "*")],
    ...oneOf(["NET_BIND_SERVICE"]),
    spares: WINDOWS,
    demand: {
      field: ["securityContext", "capabilities", "drop"],
      at: "container",
      value: "ALL",
      isItem: true,
    },
  },
  {
    id: "hostPathVolumes",
    profiles: ["baseline"],
    fields: [["spec", "volumes", "*", "hostPath"]],
    allowed: "any other volume",
    allows: () => false,
  },
  {
    id: "restrictedVolumes",
    profiles: ["restricted"],
    fields: [["spec", "volumes", "*", "*"]],
    allowed: VOLUME_SOURCES.join(", "),
    allows: (_, key) => key === "name" || VOLUME_SOURCES.includes(key),
  },
  {
    id: "hostPorts",
    profiles: BOTH,
    fields: [container("ports", "*", "hostPort")],
    ...oneOf([0]),
  },
  {
    id: "hostProbesAndHostLifecycle",
    profiles: BOTH,
    fields: [
      container("livenessProbe|readinessProbe|startupProbe", HANDLER, "host"),
      container("lifecycle", "postStart|preStop", HANDLER, "host"),
    ],
    allowed: "the Pod itself, without a host",
    allows: (value) => value === "",
  },
  {
    id: "procMount",
    profiles: ["baseline"],
    fields: [own("procMount")],
    ...oneOf(["Default"]),
    spares: OWN_USERS,
  },
  { id: "procMount_restricted", profiles: ["restricted"], fields: [own("procMount")], ...oneOf(["Default"]) },
  {
    id: "seLinuxOptions",
    profiles: BOTH,
    fields: anywhere("seLinuxOptions", "type|user|role"),
    allowed: `the types ${SELINUX_TYPES.join(", ")}, no user and no role`,
    allows: (value, key) => value === "" || (key === "type" && SELINUX_TYPES.includes(String(value))),
  },
  {
    id: "seccompProfile_baseline",
    profiles: ["baseline"],
    fields: anywhere("seccompProfile", "type"),
    ...oneOf(PROFILE_TYPES),
  },
  {
    id: "seccompProfile_restricted",
    profiles: ["restricted"],
    fields: anywhere("seccompProfile", "type"),
    ...oneOf(PROFILE_TYPES),
    spares: WINDOWS,
    demand: { field: ["securityContext", "seccompProfile"], at: "pod", value: { type: "RuntimeDefault" } },
  },
  {
    id: "sysctls",
    profiles: BOTH,
    fields: [["spec", "securityContext", "sysctls", "*", "name"]],
    ...oneOf(SAFE_SYSCTLS),
  },
  {
    id: "appArmorProfile",
    profiles: BOTH,
    fields: anywhere("appArmorProfile", "type"),
    ...oneOf(PROFILE_TYPES),
  },
  {
    id: "appArmorProfile",
    profiles: BOTH,
    fields: [["metadata", "annotations", `${APPARMOR_PREFIX}*`]],
    allowed: "runtime/default, localhost/*",
    allows: (value) => value === "" || value === "runtime/default" || String(value).startsWith("localhost/"),
  },
  {
    id: "windowsHostProcess",
    profiles: BOTH,
    fields: anywhere("windowsOptions", "hostProcess"),
    ...oneOf([false]),
  },
  {
    id: "runAsNonRoot",
    profiles: ["restricted"],
    fields: anywhere("runAsNonRoot"),
    ...oneOf([true]),
    spares: USERS_OF_POLICY,
    demand: { field: ["securityContext", "runAsNonRoot"], at: "pod", value: true },
  },
  {
    id: "runAsUser",
    profiles: ["restricted"],
    fields: anywhere("runAsUser"),
    allowed: "any user but 0",
    allows: (value) => value !== 0,
    spares: USERS_OF_POLICY,
  },
  {
    id: "allowPrivilegeEscalation",
    profiles: ["restricted"],
    fields: [own("allowPrivilegeEscalation")],
    ...oneOf([false]),
    spares: WINDOWS,
    demand: { field: ["securityContext", "allowPrivilegeEscalation"], at: "container", value: false },
  },
];
