import fc from "fast-check";

import { type Container, type Pod } from "#src/kubernetes/pod.ts";

/** Something that a Pod may say, at one of its places. `own` is a container's security context, `pods` the Pod's. */
interface Trait {
  readonly spec?: object;
  readonly pods?: object;
  readonly own?: object;
  readonly container?: object;
  readonly volume?: object;
  readonly apparmor?: string;
}

const APPARMOR = "container.apparmor.security.beta.kubernetes.io/";
const each = <T>(values: readonly T[], make: (value: T) => Trait): Trait[] => values.map(make);
const profiles = [
  { type: "RuntimeDefault" },
  { type: "Unconfined" },
  { type: "Localhost", localhostProfile: "a" },
];
const selinux = [
  ...["container_t", "container_init_t", "container_kvm_t", "container_engine_t", "spc_t"].map((type) => ({
    type,
  })),
  ...[{ user: "system_u" }, { role: "object_r" }, { level: "s0:c1" }, {}],
];
const sysctls = [
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports"],
  ...["net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout"],
  ...["net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time"],
  ...[
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
    "kernel.msgmax",
    "net.core.somaxconn",
  ],
];
const capabilities = [
  ...[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
  ],
  ...["SETGID", "SETPCAP", "SETUID", "SYS_CHROOT", "NET_RAW", "NET_ADMIN", "SYS_ADMIN", "ALL", "chown"],
];
const sources: readonly object[] = [
  ...[{ configMap: { name: "a" } }, { downwardAPI: {} }, { emptyDir: {} }, { secret: { secretName: "a" } }],
  { csi: { driver: "a.example" } },
  { ephemeral: { volumeClaimTemplate: { spec: claim("a") } } },
  { image: { reference: "a:1" } },
  ...[{ persistentVolumeClaim: { claimName: "a" } }, { projected: { sources: [] } }, {}],
  ...[{ hostPath: { path: "/a" } }, { nfs: { server: "a", path: "/a" } }, { gitRepo: { repository: "a" } }],
  { iscsi: { targetPortal: "10.0.0.1", iqn: "iqn.2001-04.com.example:a", lun: 1 } },
  ...[{ awsElasticBlockStore: { volumeID: "a" } }, { gcePersistentDisk: { pdName: "a" } }],
  ...[
    { cephfs: { monitors: ["a"] } },
    { rbd: { monitors: ["a"], image: "a" } },
    { cinder: { volumeID: "a" } },
  ],
  { fc: { targetWWNs: ["a"], lun: 1 } },
  ...[{ azureFile: { secretName: "a", shareName: "a" } }, { flexVolume: { driver: "example.com/a" } }],
  { azureDisk: { diskName: "a", diskURI: "https://a.blob.core.windows.net/a", kind: "Shared" } },
  ...[{ vsphereVolume: { volumePath: "a" } }, { portworxVolume: { volumeID: "a" } }],
  ...[{ glusterfs: { endpoints: "a", path: "a" } }, { flocker: { datasetName: "a" } }],
  ...[{ quobyte: { registry: "a:1", volume: "a" } }, { storageos: { volumeName: "a" } }],
  { scaleIO: { gateway: "a", system: "a", volumeName: "a", secretRef: { name: "a" } } },
  { photonPersistentDisk: { pdID: "a" } },
];

/** What the standards look at, said well and badly. */
const traits: readonly Trait[] = [
  ...each(["hostNetwork", "hostPID", "hostIPC"], (field) => ({ spec: { [field]: true } })),
  ...each([true, false, false, false], (hostUsers) => ({ spec: { hostUsers } })),
  { spec: { os: { name: "windows" } } },
  { spec: { os: { name: "linux" } } },
  ...each(sources, (volume) => ({ volume })),
  ...each(sysctls, (name) => ({ pods: { sysctls: [{ name, value: "1" }] } })),
  ...each(selinux, (seLinuxOptions) => ({ pods: { seLinuxOptions } })),
  ...each(selinux, (seLinuxOptions) => ({ own: { seLinuxOptions } })),
  ...each(profiles, (seccompProfile) => ({ pods: { seccompProfile } })),
  ...each(profiles, (seccompProfile) => ({ own: { seccompProfile } })),
  ...each(profiles, (appArmorProfile) => ({ pods: { appArmorProfile } })),
  ...each(profiles, (appArmorProfile) => ({ own: { appArmorProfile } })),
  ...each(["unconfined", "runtime/default", "localhost/a"], (apparmor) => ({ apparmor })),
  ...each([true, false], (runAsNonRoot) => ({ pods: { runAsNonRoot } })),
  ...each([true, false], (runAsNonRoot) => ({ own: { runAsNonRoot } })),
  ...each([0, 1], (runAsUser) => ({ pods: { runAsUser } })),
  ...each([0, 1], (runAsUser) => ({ own: { runAsUser } })),
  { pods: { fsGroup: 0, runAsGroup: 0, supplementalGroups: [0] } },
  ...each([true, false], (privileged) => ({ own: { privileged } })),
  ...each([true, false], (allowPrivilegeEscalation) => ({ own: { allowPrivilegeEscalation } })),
  ...each(capabilities, (name) => ({ own: { capabilities: { add: [name] } } })),
  ...each(capabilities, (name) => ({ own: { capabilities: { drop: ["ALL"], add: [name] } } })),
  ...each([["ALL"], ["NET_RAW"], ["all"], []], (drop) => ({ own: { capabilities: { drop } } })),
  ...each(["Default", "Unmasked"], (procMount) => ({ own: { procMount } })),
  { spec: { hostUsers: false }, own: { procMount: "Unmasked" } },
  { own: { readOnlyRootFilesystem: true } },
  ...each([true, false], (hostProcess) => ({ own: { windowsOptions: { hostProcess } } })),
  ...each([true, false], (hostProcess) => ({ pods: { windowsOptions: { hostProcess } } })),
  {
    spec: { os: { name: "windows" }, hostNetwork: true },
    pods: { windowsOptions: { hostProcess: true, runAsUserName: "a" } },
  },
  ...each([0, 80], (hostPort) => ({ container: { ports: [{ containerPort: 80, hostPort }] } })),
  ...each(["livenessProbe", "readinessProbe", "startupProbe"], (probe) => ({
    container: { [probe]: { httpGet: { port: 80, host: "10.0.0.1" } } },
  })),
  ...each(["livenessProbe", "readinessProbe", "startupProbe"], (probe) => ({
    container: { [probe]: { tcpSocket: { port: 80, host: "localhost" } } },
  })),
  { container: { livenessProbe: { httpGet: { port: 80 } }, readinessProbe: { grpc: { port: 80 } } } },
  ...each(["postStart", "preStop"], (moment) => ({
    container: { lifecycle: { [moment]: { httpGet: { port: 80, host: "a" } } } },
  })),
  ...each(["postStart", "preStop"], (moment) => ({
    container: { lifecycle: { [moment]: { exec: { command: ["a"] } } } },
  })),
];

// What makes a Pod that the restricted standard lets pass of one that says nothing.
const SECURED_POD = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
const SECURED = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

const PLACES = ["step", "other", "init", "sidecar"] as const;
type Place = (typeof PLACES)[number];

/** A Pod of two containers, an init container and a sidecar, with some traits; half of them are good but for these. */
export const insecurePod: fc.Arbitrary<Pod> = fc
  .record({
    secured: fc.boolean(),
    said: fc.array(fc.tuple(fc.constantFrom(...traits), fc.constantFrom<Place>(...PLACES, "step")), {
      maxLength: 3,
    }),
  })
  .map(({ secured, said }) => podWith(said, secured));

function podWith(said: readonly (readonly [Trait, Place])[], secured: boolean): Pod {
  const volumes = said.flatMap(([{ volume }], index) =>
    volume === undefined ? [] : [{ name: `v${index}`, ...volume }],
  );
  const annotations = said.flatMap(([{ apparmor }, place]) =>
    apparmor === undefined ? [] : [[`${APPARMOR}${place}`, apparmor]],
  );
  const container = (place: Place, more: object = {}): object => {
    const own = said.filter(([, at]) => at === place).map(([trait]) => trait);
    const context = Object.assign({}, secured ? SECURED : {}, ...own.map((one) => one.own)) as object;
    return Object.assign(
      { name: place, image: "a:1", ...more, securityContext: context },
      ...own.map((one) => one.container),
    ) as object;
  };
  const spec = {
    containers: [container("step"), container("other")],
    initContainers: [container("init"), container("sidecar", { restartPolicy: "Always" })],
    securityContext: Object.assign(
      {},
      secured ? SECURED_POD : {},
      ...said.map(([{ pods }]) => pods),
    ) as object,
    ...(volumes.length === 0 ? {} : { volumes }),
  };
  Object.assign(spec, ...said.map(([trait]) => trait.spec));
  // Of texts and lists as JSON has them.
  return {
    metadata: { name: "step", annotations: Object.fromEntries(annotations) as Record<string, string> },
    spec,
  } as unknown as Pod;
}

/** Each trait by itself, of a Pod that says nothing else and of one that is good but for it. */
export const singleTraits: readonly Pod[] = traits.flatMap((trait) =>
  [true, false].map((secured) => podWith([[trait, "step"]], secured)),
);

/** A Pod that the restricted standard lets pass. */
export const securedPod = podWith([], true);

/** What a container for debugging may be, for each thing that its security context may say. */
export const debuggers: readonly Container[] = traits.flatMap(({ own }) =>
  own === undefined ? [] : [debuggerWith(own), debuggerWith({ ...SECURED, ...own })],
);

function debuggerWith(securityContext: object): Container {
  return { name: "debugger", image: "a:1", securityContext: { ...securityContext } };
}

function claim(name: string): object {
  return {
    storageClassName: name,
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "1Gi" } },
  };
}
