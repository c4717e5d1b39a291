import fc from "fast-check";

import { type Container, type Pod } from "#src/kubernetes/pod.ts";
import { type Document, pod } from "#test/engine/arbitrary.ts";
import { isGranted } from "#test/engine/granted.ts";
import { equal } from "#test/engine/sameness.ts";

type Value = Readonly<Record<string, unknown>>;

const maybe = (shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Value> =>
  fc.record(shape, { requiredKeys: [] });

const boldSpec = maybe({
  hostPID: fc.boolean(),
  hostIPC: fc.boolean(),
  shareProcessNamespace: fc.boolean(),
  nodeName: fc.constantFrom("", "node-1"),
  schedulerName: fc.constantFrom("default-scheduler", "other"),
  automountServiceAccountToken: fc.boolean(),
  topologySpreadConstraints: fc.constant([
    { maxSkew: 1, topologyKey: "zone", whenUnsatisfiable: "DoNotSchedule" },
  ]),
  resourceClaims: fc.constant([{ name: "gpu", resourceClaimName: "gpu" }]),
  resources: fc.constant({ limits: { cpu: "64" } }),
  imagePullSecrets: fc.constant([{ name: "wp-1" }, { name: "a" }]),
});

const boldContainer = maybe({
  ports: fc.constantFrom([{ containerPort: 1 }], [{ containerPort: 1, hostPort: 22, hostIP: "0.0.0.0" }]),
  volumeDevices: fc.constant([{ name: "work", devicePath: "/dev/x" }]),
  livenessProbe: fc.constantFrom({ exec: { command: ["a"] } }, { httpGet: { port: 1, host: "10.0.0.1" } }),
  lifecycle: fc.constant({ preStop: { tcpSocket: { port: 1, host: "10.0.0.1" } } }),
});

const boldSecurity = maybe({
  procMount: fc.constantFrom("Default", "Unmasked"),
  seLinuxOptions: fc.constantFrom({}, { level: "s0:c1" }),
  capabilities: fc.constantFrom({ add: ["NET_ADMIN"] }, { drop: ["ALL"] }),
});

const boldVariables = fc.array(
  fc.constantFrom<Value>(
    { name: "A", valueFrom: { secretKeyRef: { name: "ci-x", key: "k" } } },
    { name: "PLUGIN_B", valueFrom: { secretKeyRef: { name: "b", key: "token" } } },
    { name: "C", valueFrom: { configMapKeyRef: { name: "c", key: "k" } } },
  ),
  { maxLength: 2 },
);

const boldVolumes = fc.uniqueArray(
  fc.constantFrom<{ readonly name: string }>(
    { name: "node", hostPath: { path: "/" } } as { name: string },
    { name: "keys", secret: { secretName: "ca" } } as { name: string },
    { name: "token", projected: { sources: [{ serviceAccountToken: { path: "t", audience: "x" } }] } } as {
      name: string;
    },
    { name: "claim", persistentVolumeClaim: { claimName: "go.cache" } } as { name: string },
    { name: "other", persistentVolumeClaim: { claimName: "wp-other-default" } } as {
      name: string;
    },
  ),
  { maxLength: 3, selector: ({ name }) => name },
);

/** A Pod that says, beside all that Pods say elsewhere, what only the bold would. */
export const boldPod: fc.Arbitrary<Pod> = fc
  .record({ pod, boldSpec, boldContainer, boldSecurity, boldVariables, boldVolumes, at: fc.nat(3) })
  .map(({ pod: plain, at, ...bold }) => {
    const { initContainers = [], containers } = plain.spec;
    const every = [...initContainers, ...containers];
    const chosen = every[at % every.length];
    const embolden = (container: Container): Container =>
      container === chosen
        ? ({
            ...container,
            ...bold.boldContainer,
            env: [...(container.env ?? []), ...bold.boldVariables],
            volumeMounts: [
              ...(container.volumeMounts ?? []),
              ...bold.boldVolumes.map(({ name }) => ({ name, mountPath: `/mnt/${name}` })),
            ],
            securityContext: withAgreement({ ...container.securityContext, ...bold.boldSecurity }),
          } as Container)
        : container;
    return {
      ...plain,
      spec: {
        ...plain.spec,
        ...bold.boldSpec,
        volumes: [...(plain.spec.volumes ?? []), ...bold.boldVolumes],
        containers: containers.map(embolden),
        ...(initContainers.length === 0 ? {} : { initContainers: initContainers.map(embolden) }),
      },
    };
  });

/** Validation refuses SYS_ADMIN beside `allowPrivilegeEscalation: false`; here it is gone then. */
const withAgreement = (context: Value): Value => JSON.parse(JSON.stringify(context)) as Value;

/** One thing that a Pod says, where (without places in lists), and of which container. */
export interface Saying {
  readonly pointer: string;
  readonly value: unknown;
  readonly container?: Container;
}

const SECURITY = ["runAsUser", "runAsGroup", "fsGroup", "fsGroupChangePolicy"];

/** Everything that a Pod says and somebody would have to grant: a second reading, sharing nothing with the engine. */
export function sayingsOf({ metadata, spec }: Pod): Saying[] {
  return [
    ...entries("/metadata/labels", metadata?.labels, isCreators),
    ...entries("/metadata/annotations", metadata?.annotations, (key) =>
      /^(podpecker\.dev|kubernetes\.io\/limit-ranger|kubectl\.kubernetes\.io\/default|container\.apparmor)/.test(
        key,
      ),
    ),
    ...entries("/spec/nodeSelector", spec.nodeSelector),
    ...(spec.tolerations ?? [])
      .filter(
        ({ key = "", operator, tolerationSeconds }) =>
          !(
            key.startsWith("node.kubernetes.io/not-ready") &&
            operator === "Exists" &&
            tolerationSeconds !== undefined
          ),
      )
      .map((value) => ({ pointer: "/spec/tolerations", value })),
    ...["affinity", "runtimeClassName", "hostUsers", "priorityClassName", "nodeName", "resources"].flatMap(
      (field) => one(`/spec/${field}`, spec[field]),
    ),
    ...["serviceAccountName", "serviceAccount"].flatMap((field) =>
      spec[field] === "default" ? [] : one("/spec/serviceAccountName", spec[field]),
    ),
    ...["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "automountServiceAccountToken"].flatMap(
      (field) => (spec[field] === true ? one(`/spec/${field}`, true) : []),
    ),
    ...["topologySpreadConstraints", "resourceClaims", "x-unknown"].flatMap((field) =>
      one(`/spec/${field}`, spec[field]),
    ),
    ...(spec["schedulerName"] === "default-scheduler"
      ? []
      : one("/spec/schedulerName", spec["schedulerName"])),
    ...(spec.imagePullSecrets ?? []).map((value) => ({ pointer: "/spec/imagePullSecrets", value })),
    ...(spec.volumes ?? [])
      .filter((volume) => !("emptyDir" in volume))
      .map((volume) => ({
        pointer: "/spec/volumes",
        value: JSON.parse(JSON.stringify(withoutName(volume))) as unknown,
      })),
    ...securityOf("/spec/securityContext", spec.securityContext),
    ...containersOf(spec).flatMap((container) => ofContainer(container, spec)),
  ];
}

const containersOf = ({
  initContainers = [],
  containers,
  ephemeralContainers = [],
}: Pod["spec"]): Container[] => [...initContainers, ...containers, ...ephemeralContainers];

const isCreators = (key: string): boolean =>
  ["step", "service"].includes(key) || key.startsWith("woodpecker-ci.org/");

const one = (pointer: string, value: unknown): Saying[] =>
  value === undefined || value === "" ? [] : [{ pointer, value }];

const entries = (
  pointer: string,
  map: Readonly<Record<string, string>> = {},
  isSpared: (key: string) => boolean = () => false,
): Saying[] =>
  Object.entries(map)
    .filter(([key]) => !isSpared(key))
    .map(([key, value]) => ({ pointer: `${pointer}/${key.replaceAll("/", "~1")}`, value }));

function ofContainer(container: Container, spec: Pod["spec"]): Saying[] {
  const { env = [], envFrom = [], volumeMounts = [], resources, securityContext, name } = container;
  const at = (rest: string): string => `/spec/containers/${name}/${rest}`;
  const sayings = [
    ...env
      .filter(({ valueFrom }) => valueFrom !== undefined && !("fieldRef" in valueFrom))
      .map((value) => ({ pointer: at("env"), value })),
    ...envFrom.map((value) => ({ pointer: at("envFrom"), value })),
    ...volumeMounts.flatMap((mount) => {
      const volume = spec.volumes?.find((other) => other.name === mount.name);
      if (volume !== undefined && "emptyDir" in volume) return [];
      return [{ pointer: at("volumeMounts"), value: { ...mount, name: withoutName(volume) } }];
    }),
    ...(["requests", "limits"] as const).flatMap((kind) =>
      Object.entries(resources?.[kind] ?? {})
        // A copy of its limit says nothing more.
        .filter(([resource, value]) => kind === "limits" || resources?.limits?.[resource] !== value)
        .map(([resource, value]) => ({
          pointer: at(`resources/${kind}/${resource.replace("/", "~1")}`),
          value,
        })),
    ),
    ...securityOf(at("securityContext"), securityContext),
    ...one(at("volumeDevices"), container["volumeDevices"]),
    ...one(at("x-unknown"), container["x-unknown"]),
    ...(JSON.stringify(container).includes('"hostPort"') ? one(at("ports"), container["ports"]) : []),
    ...(JSON.stringify(container).includes('"host":') ? one(at("probes"), true) : []),
  ];
  return sayings.map((saying) => ({ ...saying, container }));
}

const withoutName = (volume: object | undefined): unknown =>
  volume === undefined ? "none" : { ...volume, name: undefined };

function securityOf(pointer: string, context: Value | undefined = {}): Saying[] {
  const { capabilities } = context as { capabilities?: { add?: unknown[] } };
  return [
    ...SECURITY.flatMap((field) => one(`${pointer}/${field}`, context[field])),
    ...["privileged", "allowPrivilegeEscalation"].flatMap((field) =>
      // A privileged container escalates by nature.
      context[field] === true && (field === "privileged" || context["privileged"] !== true)
        ? one(`${pointer}/${field}`, true)
        : [],
    ),
    ...(context["runAsNonRoot"] === false ? one(`${pointer}/runAsNonRoot`, false) : []),
    ...["seccompProfile", "appArmorProfile"].flatMap((field) =>
      (context[field] as Value | undefined)?.["type"] === "RuntimeDefault"
        ? []
        : one(`${pointer}/${field}`, context[field]),
    ),
    ...((capabilities?.add ?? []).length === 0 ? [] : one(`${pointer}/capabilities/add`, capabilities?.add)),
    ...(context["procMount"] === "Unmasked" ? one(`${pointer}/procMount`, "Unmasked") : []),
    ...(Object.keys(context["seLinuxOptions"] ?? {}).length === 0
      ? []
      : one(`${pointer}/seLinuxOptions`, true)),
  ];
}

/** Whether the layers, in ascending priority, let a step have what the Pod says. */
export function isSayingGranted(
  { pointer, value, container }: Saying,
  layers: readonly Document[],
  pod: Pod,
): boolean {
  // A user namespace of its own takes rights away.
  if (pointer === "/spec/hostUsers" && value === false) return true;
  // The Pod's own resources are as much as those of its containers.
  if (container === undefined)
    return isGranted(
      { pointer: pointer.replace("/spec/resources", "/spec/containers/0/resources"), after: value },
      { layers, pod },
    );
  const rest = pointer.split("/").slice(4).join("/");
  const alone = { ...pod, spec: { ...pod.spec, containers: [container] } };
  const after =
    rest === "volumeMounts"
      ? container.volumeMounts?.find(
          ({ mountPath }) => mountPath === (value as { mountPath: string }).mountPath,
        )
      : value;
  return isGranted({ pointer: `/spec/containers/0/${rest}`, after }, { layers, pod: alone });
}

/** Whether the other Pod says the same at the same place; what holds for the whole Pod, a container may say again. */
export function isSaidIn(saying: Saying, others: readonly Saying[]): boolean {
  const places = [
    saying.pointer,
    saying.pointer.replace(/^\/spec\/containers\/[^/]+\/security/, "/spec/security"),
  ];
  return others.some(
    ({ pointer, value }) => places.includes(pointer) && equal(plain(value), plain(saying.value)),
  );
}

/** Without what the API server's defaulting adds. */
const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null), (_, inner: unknown) => withoutDefaults(inner));

function withoutDefaults(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const defaults: Value = { defaultMode: 420, readOnly: false, apiVersion: "v1", optional: false };
  return Object.fromEntries(Object.entries(value).filter(([key, member]) => member !== defaults[key]));
}

/** The Pod as a creator makes it that knows the step and nothing else. */
export function barePod({ metadata, spec, ...rest }: Pod): Pod {
  const bare = ({
    name,
    image,
    command,
    args,
    env = [],
    volumeMounts = [],
    securityContext,
  }: Container): Container => ({
    name,
    ...(image === undefined ? {} : { image }),
    ...(command === undefined ? {} : { command }),
    ...(args === undefined ? {} : { args }),
    env: env.filter(({ valueFrom }) => valueFrom === undefined || "fieldRef" in valueFrom),
    volumeMounts: volumeMounts.filter(({ name: volume }) =>
      (spec.volumes ?? []).some((one) => one.name === volume && "emptyDir" in one),
    ),
    securityContext: lessOf(securityContext),
  });
  const { initContainers, containers, ephemeralContainers, volumes = [], dnsConfig, hostAliases } = spec;
  return {
    ...rest,
    metadata: {
      ...metadata,
      labels: kept(metadata?.labels, isCreators),
      annotations: kept(metadata?.annotations, (key) =>
        /^(podpecker\.dev\/|kubectl\.kubernetes\.io\/default)/.test(key),
      ),
    },
    spec: {
      containers: containers.map(bare),
      ...(initContainers === undefined ? {} : { initContainers: initContainers.map(bare) }),
      ...(ephemeralContainers === undefined ? {} : { ephemeralContainers: ephemeralContainers.map(bare) }),
      ...(dnsConfig === undefined ? {} : { dnsConfig }),
      ...(hostAliases === undefined ? {} : { hostAliases }),
      volumes: volumes.filter((volume) => "emptyDir" in volume),
      securityContext: lessOf(spec.securityContext),
    },
  };
}

const kept = (
  map: Readonly<Record<string, string>> = {},
  isKept: (key: string) => boolean,
): Record<string, string> => Object.fromEntries(Object.entries(map).filter(([key]) => isKept(key)));

function lessOf(context: Value = {}): Record<string, unknown> {
  const { capabilities } = context as { capabilities?: { drop?: string[] } };
  return {
    ...(context["privileged"] === false && { privileged: false }),
    ...(context["allowPrivilegeEscalation"] === false && { allowPrivilegeEscalation: false }),
    ...(context["runAsNonRoot"] === true && { runAsNonRoot: true }),
    ...(capabilities?.drop !== undefined && { capabilities: { drop: capabilities.drop } }),
  };
}
