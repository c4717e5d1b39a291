import { describe, expect, it } from "vitest";

import { podSecurityViolations } from "#src/engine/pod-security.ts";
import { type PodSecurityProfile, podSecurityChecks } from "#src/engine/pod-security-checks.ts";
import { type Pod } from "#src/kubernetes/pod.ts";

interface Case {
  /** Laid over a Pod that the restricted profile lets pass. */
  readonly spec?: object;
  readonly pod?: object;
  readonly container?: object;
  readonly own?: object;
  readonly annotations?: Record<string, string>;
  readonly baseline?: readonly string[];
  readonly restricted?: readonly string[];
}

const BOTH = (violation: string): Pick<Case, "baseline" | "restricted"> => ({
  baseline: [violation],
  restricted: [violation],
});
const OWN = "containers.0.securityContext";
const WINDOWS = { os: { name: "windows" } };
const APPARMOR = "container.apparmor.security.beta.kubernetes.io/";

const cases: readonly Case[] = [
  {},
  ...["hostNetwork", "hostPID", "hostIPC"].map((field) => ({
    spec: { [field]: true },
    ...BOTH(`hostNamespaces spec.${field}`),
  })),
  { spec: { hostNetwork: false } },
  { own: { privileged: true }, ...BOTH(`privileged spec.${OWN}.privileged`) },
  { own: { privileged: false } },
  {
    own: { capabilities: { add: ["CHOWN", "NET_ADMIN"], drop: ["ALL"] } },
    baseline: [`capabilities_baseline spec.${OWN}.capabilities.add.1`],
    restricted: [0, 1].map((index) => `capabilities_restricted spec.${OWN}.capabilities.add.${index}`),
  },
  { own: { capabilities: { add: ["NET_BIND_SERVICE"], drop: ["NET_RAW", "ALL"] } } },
  {
    own: { capabilities: { drop: ["all", "NET_RAW"] } },
    restricted: [`capabilities_restricted spec.${OWN}.capabilities.drop`],
  },
  {
    own: { capabilities: undefined },
    restricted: [`capabilities_restricted spec.${OWN}.capabilities.drop`],
  },
  {
    spec: { volumes: [{ name: "a", hostPath: { path: "/" } }] },
    baseline: ["hostPathVolumes spec.volumes.0.hostPath"],
    restricted: ["restrictedVolumes spec.volumes.0.hostPath"],
  },
  ...["nfs", "iscsi", "fc", "gitRepo", "flexVolume", "azureFile", "cinder", "unheardOf"].map((kind) => ({
    spec: { volumes: [{ name: "a", [kind]: {} }] },
    restricted: [`restrictedVolumes spec.volumes.0.${kind}`],
  })),
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "projected", "secret"].map(
    (kind) => ({ spec: { volumes: [{ name: "a", [kind]: {} }, { name: "b" }] } }),
  ),
  { spec: { volumes: [{ name: "a", persistentVolumeClaim: { claimName: "a" }, hostPath: null }] } },
  {
    container: { ports: [{ containerPort: 80, hostPort: 0 }, { hostPort: 80 }] },
    ...BOTH("hostPorts spec.containers.0.ports.1.hostPort"),
  },
  ...["livenessProbe", "readinessProbe", "startupProbe"].flatMap((probe) =>
    ["httpGet", "tcpSocket"].map((handler) => ({
      container: { [probe]: { [handler]: { host: "10.0.0.1" } } },
      ...BOTH(`hostProbesAndHostLifecycle spec.containers.0.${probe}.${handler}.host`),
    })),
  ),
  ...["postStart", "preStop"].flatMap((moment) =>
    ["httpGet", "tcpSocket"].map((handler) => ({
      container: { lifecycle: { [moment]: { [handler]: { host: "localhost" } } } },
      ...BOTH(`hostProbesAndHostLifecycle spec.containers.0.lifecycle.${moment}.${handler}.host`),
    })),
  ),
  { container: { livenessProbe: { httpGet: { host: "", port: 80 } }, lifecycle: { preStop: {} } } },
  {
    own: { procMount: "Unmasked" },
    baseline: [`procMount spec.${OWN}.procMount`],
    restricted: [`procMount_restricted spec.${OWN}.procMount`],
  },
  {
    spec: { hostUsers: false },
    own: { procMount: "Unmasked" },
    restricted: [`procMount_restricted spec.${OWN}.procMount`],
  },
  { own: { procMount: "Default" } },
  ...["container_t", "container_init_t", "container_kvm_t", "container_engine_t", ""].map((type) => ({
    own: { seLinuxOptions: { type, level: "s0:c1,c2", user: "" } },
  })),
  {
    own: { seLinuxOptions: { type: "spc_t", role: "container_t" } },
    baseline: ["type", "role"].map((field) => `seLinuxOptions spec.${OWN}.seLinuxOptions.${field}`),
    restricted: ["type", "role"].map((field) => `seLinuxOptions spec.${OWN}.seLinuxOptions.${field}`),
  },
  {
    pod: { seLinuxOptions: { user: "a" } },
    ...BOTH("seLinuxOptions spec.securityContext.seLinuxOptions.user"),
  },
  {
    pod: { seccompProfile: { type: "Unconfined" } },
    baseline: ["seccompProfile_baseline spec.securityContext.seccompProfile.type"],
    restricted: ["seccompProfile_restricted spec.securityContext.seccompProfile.type"],
  },
  { pod: { seccompProfile: { type: "Localhost", localhostProfile: "a" } } },
  {
    pod: { seccompProfile: undefined },
    restricted: [`seccompProfile_restricted spec.${OWN}.seccompProfile`],
  },
  { pod: { seccompProfile: undefined }, own: { seccompProfile: { type: "RuntimeDefault" } } },
  {
    own: { seccompProfile: { type: "Unconfined" } },
    baseline: [`seccompProfile_baseline spec.${OWN}.seccompProfile.type`],
    restricted: [`seccompProfile_restricted spec.${OWN}.seccompProfile.type`],
  },
  {
    pod: { sysctls: [{ name: "net.ipv4.tcp_rmem" }, { name: "kernel.msgmax" }] },
    ...BOTH("sysctls spec.securityContext.sysctls.1.name"),
  },
  {
    pod: { appArmorProfile: { type: "Unconfined" } },
    ...BOTH("appArmorProfile spec.securityContext.appArmorProfile.type"),
  },
  {
    own: { appArmorProfile: { type: "Unconfined" } },
    ...BOTH(`appArmorProfile spec.${OWN}.appArmorProfile.type`),
  },
  {
    annotations: { [`${APPARMOR}step`]: "unconfined" },
    ...BOTH(`appArmorProfile metadata.annotations.${APPARMOR}step`),
  },
  {
    annotations: {
      [`${APPARMOR}a`]: "localhost/x",
      [`${APPARMOR}b`]: "",
      [`${APPARMOR}c`]: "runtime/default",
    },
  },
  { annotations: { "seccomp.security.alpha.kubernetes.io/pod": "unconfined" } },
  {
    pod: { windowsOptions: { hostProcess: true } },
    ...BOTH("windowsHostProcess spec.securityContext.windowsOptions.hostProcess"),
  },
  {
    own: { windowsOptions: { hostProcess: true } },
    ...BOTH(`windowsHostProcess spec.${OWN}.windowsOptions.hostProcess`),
  },
  { pod: { runAsNonRoot: undefined }, restricted: [`runAsNonRoot spec.${OWN}.runAsNonRoot`] },
  { pod: { runAsNonRoot: undefined }, own: { runAsNonRoot: true } },
  { pod: { runAsNonRoot: false }, restricted: ["runAsNonRoot spec.securityContext.runAsNonRoot"] },
  { own: { runAsNonRoot: false }, restricted: [`runAsNonRoot spec.${OWN}.runAsNonRoot`] },
  { pod: { runAsUser: 0 }, restricted: ["runAsUser spec.securityContext.runAsUser"] },
  { own: { runAsUser: 0 }, restricted: [`runAsUser spec.${OWN}.runAsUser`] },
  { pod: { runAsUser: 1, fsGroup: 0, runAsGroup: 0 } },
  { spec: { hostUsers: false }, pod: { runAsUser: 0, runAsNonRoot: false } },
  {
    spec: { hostUsers: true },
    pod: { runAsUser: 0 },
    restricted: ["runAsUser spec.securityContext.runAsUser"],
  },
  {
    own: { allowPrivilegeEscalation: true },
    restricted: [`allowPrivilegeEscalation spec.${OWN}.allowPrivilegeEscalation`],
  },
  {
    own: { allowPrivilegeEscalation: undefined },
    restricted: [`allowPrivilegeEscalation spec.${OWN}.allowPrivilegeEscalation`],
  },
  {
    spec: WINDOWS,
    pod: { seccompProfile: undefined },
    own: { allowPrivilegeEscalation: undefined, capabilities: undefined },
  },
  { spec: WINDOWS, pod: { runAsNonRoot: undefined }, restricted: [`runAsNonRoot spec.${OWN}.runAsNonRoot`] },
  ...["initContainers", "ephemeralContainers"].map((list) => ({
    spec: { [list]: [{ name: "other", securityContext: { privileged: true } }] },
    baseline: [`privileged spec.${list}.0.securityContext.privileged`],
    restricted: [
      `privileged spec.${list}.0.securityContext.privileged`,
      `capabilities_restricted spec.${list}.0.securityContext.capabilities.drop`,
      `allowPrivilegeEscalation spec.${list}.0.securityContext.allowPrivilegeEscalation`,
    ],
  })),
];

describe.each(["baseline", "restricted"] as const)("violations of %s", (profile) => {
  it.each(cases.map((one) => ({ about: aboutOf(one), one })))("by $about", ({ one }) => {
    expect(violationsOf(podOf(one), profile)).toEqual(one[profile] ?? []);
  });
});

describe("the table of checks", () => {
  it.each([...new Set(podSecurityChecks.map(({ id }) => id))])("%s: some Pod breaks it", (id) => {
    const broken = cases.flatMap(({ baseline = [], restricted = [] }) => [...baseline, ...restricted]);

    expect(broken.some((one) => one.startsWith(`${id} `))).toBe(true);
  });
});

function aboutOf({ spec, pod, container, own, annotations }: Case): string {
  const given = { spec, pod, container, own, annotations };
  return JSON.stringify(given, (key, value: unknown) =>
    value === undefined && !(key in given) ? "nothing" : value,
  );
}

function violationsOf(pod: Pod, profile: PodSecurityProfile): string[] {
  return podSecurityViolations(pod, profile, true).map(({ check, path }) => `${check.id} ${path.join(".")}`);
}

/** A Pod that the restricted profile lets pass, but for what the case says. */
function podOf({ spec, pod, container, own, annotations }: Case): Pod {
  const secured = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] }, ...own };
  const securityContext = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" }, ...pod };
  const whole: object = {
    metadata: { name: "step", ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      containers: [{ name: "step", image: "a:1", securityContext: secured, ...container }],
      securityContext,
      ...spec,
    },
  };
  // As JSON brings it: without what is undefined. The cases hold what a Pod may hold.
  return JSON.parse(JSON.stringify(whole)) as Pod;
}
