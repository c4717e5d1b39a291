import fc from "fast-check";

import { type PodSecurityStandard } from "#src/engine/pod-security-checks.ts";
import { forbiddenSettings } from "#src/engine/pod-security-objections.ts";
import { type Security } from "#src/engine/security-schema.ts";
import { parseQuantity } from "#src/kubernetes/quantity.ts";
import { type Pod } from "#src/kubernetes/pod.ts";

// Few names, so that policy, Pod and step meet at the same keys, and some that JavaScript objects have already.
const KEYS = [
  ...["a", "team", "constructor", "toString", "step", "app.kubernetes.io/name", "kubernetes.io/arch"],
  ...["example.com/x", "woodpecker-ci.org/repo-id", "podpecker.dev/note", "node.kubernetes.io/y"],
];
const key = fc.constantFrom(...KEYS);
const labelValue = fc.constantFrom("", "x", "y", "1", "arm64");
/** What accounts, classes, claims and pull secrets are called. */
export const NAMES = ["a", "b", "ci-x", "gvisor", "build-cache", "go.cache"] as const;
const name = fc.constantFrom(...NAMES);
const pattern = fc.constantFrom("*", "a", "ci-*", "*-cache", "g*", "b", "*.cache");
const labels = fc.dictionary(key, labelValue, { maxKeys: 4 });

/** A value or nothing at all, since a Kubernetes field is never `undefined`. */
function maybe<T extends Record<string, unknown>>(shape: {
  [Key in keyof T]: fc.Arbitrary<T[Key]>;
}): fc.Arbitrary<Partial<T>> {
  return fc.record(shape, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const namesGate = fc.oneof(fc.boolean(), fc.array(pattern, { maxLength: 2 }));
export const keysGate = fc.oneof(
  fc.boolean(),
  fc.record({
    keys: fc.array(fc.constantFrom(...KEYS, "*", "app.kubernetes.io/*", "*/x"), { maxLength: 3 }),
  }),
);

const toleration = fc
  .record({
    key: fc.constantFrom("", "gpu", "ci", "node.kubernetes.io/not-ready"),
    operator: fc.constantFrom("Exists", "Equal", undefined),
    value: fc.constantFrom("", "x", undefined),
    effect: fc.constantFrom("NoSchedule", "NoExecute", undefined),
    tolerationSeconds: fc.constantFrom(0, 300, undefined),
  })
  .map((one) => (one.key === "" ? { ...one, operator: "Exists" as const } : one))
  .map((one) => (one.operator === "Exists" ? { ...one, value: undefined } : one))
  .map(withoutUndefined);
const servedToleration = toleration.map((one) => {
  const members = Object.entries(one).filter(([member]) => member !== "tolerationSeconds");
  return one["effect"] === "NoExecute" ? one : Object.fromEntries(members);
});

const amount = fc.constantFrom("0", "1", "2", "500m", "1500m", "1Gi", "3e3");
const amounts = fc.dictionary(fc.constantFrom("cpu", "memory", "example.com/gpu"), amount, { maxKeys: 3 });
const resources = fc
  .record({ requests: amounts, limits: amounts })
  .map(({ requests, limits }) => agreeing(requests, limits));

/** Requests and limits that validation lets pass together. */
function agreeing(
  asked: Record<string, string>,
  limits: Record<string, string>,
): { requests?: Record<string, string>; limits?: Record<string, string> } {
  const requests = Object.fromEntries(
    Object.entries(asked).flatMap(([resource, value]) => {
      const limit = limits[resource];
      if (resource === "example.com/gpu") return [];
      return limit !== undefined && sizeOf(limit) < sizeOf(value) ? [[resource, limit]] : [[resource, value]];
    }),
  );
  const whole = Object.fromEntries(
    Object.entries(limits).map(([resource, value]) =>
      resource === "example.com/gpu" && value.endsWith("m") ? [resource, "3"] : [resource, value],
    ),
  );
  return { requests, limits: whole };
}

/** An amount in thousandths. */
export function sizeOf(text: string): number {
  return Number(parseQuantity(text)?.nanos ?? NaN) / 1e6;
}

const profile = fc.constantFrom(
  { type: "RuntimeDefault" },
  { type: "Unconfined" },
  { type: "Localhost", localhostProfile: "ci-x" },
  { type: "Localhost", localhostProfile: "profiles/a" },
);
const id = fc.constantFrom(0, 1, 1000);
const security = maybe({
  privileged: fc.boolean(),
  runAsUser: id,
  runAsGroup: id,
  runAsNonRoot: fc.boolean(),
  fsGroup: id,
  fsGroupChangePolicy: fc.constantFrom("OnRootMismatch", "Always"),
  seccompProfile: profile,
  apparmorProfile: profile,
  allowPrivilegeEscalation: fc.boolean(),
  capabilities: fc.record({ drop: fc.array(fc.constantFrom("ALL", "NET_RAW"), { maxLength: 2 }) }),
}).filter(
  ({ privileged, allowPrivilegeEscalation }) => !(privileged === true && allowPrivilegeEscalation === false),
);

const securityGate = fc.oneof(
  { weight: 1, arbitrary: fc.boolean() },
  {
    weight: 3,
    arbitrary: maybe({
      privileged: fc.oneof(
        fc.boolean(),
        fc.record({
          images: fc.array(fc.constantFrom("*", "docker.io/library/alpine", "acme/*:*"), { maxLength: 2 }),
        }),
      ),
      root: fc.boolean(),
      seccompProfiles: fc.array(fc.constantFrom("*", "Unconfined", "profiles/*"), { maxLength: 2 }),
      apparmorProfiles: fc.oneof(
        fc.boolean(),
        fc.array(fc.constantFrom("ci-*", "Unconfined"), { maxLength: 2 }),
      ),
    }),
  },
);

// Most Pods break either: seldom, or little would be decided.
const standard = fc.constantFrom<Pick<Section, "podSecurityStandard">>(
  ...Array.from({ length: 6 }, () => ({})),
  { podSecurityStandard: "privileged" },
  { podSecurityStandard: "baseline" },
  { podSecurityStandard: "restricted" },
);

const affinity = fc.constantFrom(
  {},
  { nodeAffinity: {} },
  {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { a: "x" } }, topologyKey: "kubernetes.io/hostname" },
      ],
    },
  },
  {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: "kubernetes.io/hostname" }],
    },
  },
);
const policyVolume = fc
  .record({
    name: fc.constantFrom("ca", "scratch", "work"),
    source: fc.constantFrom<Record<string, unknown>>(
      { configMap: { name: "ca" } },
      { emptyDir: {} },
      { secret: { secretName: "ca" } },
      { persistentVolumeClaim: { claimName: "build-cache" } },
    ),
    mountPath: fc.constantFrom("/ca", "/scratch", "/work"),
    readOnly: fc.boolean(),
  })
  .map(({ source, ...rest }) => ({ ...rest, ...source }));
const volumes = fc.uniqueArray(policyVolume, { maxLength: 2, selector: (one) => one.name });
const secret = fc.constantFrom(
  { name: "ci-x" },
  { name: "a", key: "token" },
  { name: "b", key: "token" },
  { name: "b", key: "k", target: { env: "A" } },
  { name: "ci-x", key: "k", target: { file: "/secret/k" } },
  { name: "go.cache", key: "k", target: { file: "/secret/other" } },
);
const variables = fc.dictionary(fc.constantFrom("A", "B", "CI", "TOKEN", "constructor"), labelValue, {
  maxKeys: 3,
});
const environment = fc.oneof(
  variables,
  fc.uniqueArray(
    fc.constantFrom<Record<string, unknown>>(
      { name: "A", value: "listed" },
      { name: "B" },
      { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    ),
    { maxLength: 2, selector: (one) => one["name"] },
  ),
);
const tolerations = fc.uniqueArray(toleration, { maxLength: 2, selector: (one) => JSON.stringify(one) });

function section(value: fc.Arbitrary<unknown>, gate?: fc.Arbitrary<unknown>): fc.Arbitrary<Section> {
  return maybe({ set: value, default: value, ...(gate === undefined ? {} : { fromStep: gate }) });
}

export interface Section {
  readonly set?: unknown;
  readonly default?: unknown;
  readonly fromStep?: unknown;
  readonly podSecurityStandard?: PodSecurityStandard;
}

/** The workspace of a policy: of every type, a claim most often. */
export const workspace = fc
  .oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        type: fc.constantFrom("claim", undefined),
        size: fc.constantFrom("5G", undefined),
        accessMode: fc.constantFrom("ReadWriteOnce", "ReadWriteOnce", undefined),
        path: fc.constantFrom("/work", undefined),
        workingDir: fc.constantFrom("mount", undefined),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<object>(
        { type: "emptyDir" },
        { type: "emptyDir", medium: "Memory", sizeLimit: "1000Mi", path: "/w/" },
        { type: "ephemeral", storageClass: "fast" },
        { type: "none" },
      ),
    },
  )
  .map((one): { type?: string; path?: string; accessMode?: string } => withoutUndefined(one));

const classes = fc.dictionary(
  fc.constantFrom("a", "b", "gvisor"),
  fc
    .tuple(resources, maybe({ nodeSelector: labels, tolerations }))
    .map(([amounts, nodes]) => ({ ...amounts, ...nodes })),
  { maxKeys: 2 },
);
const resourceRules = fc
  .tuple(section(resources, fc.boolean()), maybe({ classes }))
  .map(([verbs, rules]) => ({ ...verbs, ...rules }));

/** The sections of a policy, each of its verbs there or not. */
export type Document = Readonly<Record<string, unknown>> & Readonly<Partial<Record<string, Section>>>;

/** A document that the schema passes. */
export const policyDocument = maybe<Record<string, unknown>>({
  trustAnnotations: fc.boolean(),
  platform: fc.constantFrom("linux/amd64", "linux/arm/v7"),
  labels: section(labels, keysGate),
  annotations: section(
    labels.map((map) =>
      Object.fromEntries(Object.entries(map).filter(([one]) => !one.startsWith("podpecker.dev/"))),
    ),
    keysGate,
  ),
  nodeSelector: section(labels, keysGate),
  tolerations: section(
    tolerations,
    fc.oneof(
      fc.boolean(),
      fc.array(
        fc.constantFrom<Record<string, string>>(
          { key: "gpu" },
          { key: "*", effect: "NoSchedule" },
          { key: "c*", operator: "Exists" },
        ),
        { maxLength: 2 },
      ),
    ),
  ),
  affinity: section(affinity, fc.boolean()),
  imagePullSecrets: section(fc.array(name, { maxLength: 2 })),
  runtimeClassName: section(name, namesGate),
  serviceAccountName: section(name, namesGate),
  priorityClassName: section(name),
  hostAliases: section(
    fc.array(
      fc.constantFrom({ ip: "10.0.0.1", hostnames: ["a"] }, { ip: "10.0.0.2", hostnames: ["a", "b"] }),
      { maxLength: 2 },
    ),
  ),
  dnsConfig: section(
    maybe({
      nameservers: fc.uniqueArray(fc.constantFrom("10.0.0.1", "10.0.0.2", "10.0.0.3"), { maxLength: 3 }),
      options: fc.uniqueArray(fc.constantFrom({ name: "ndots", value: "1" }, { name: "edns0" }), {
        maxLength: 2,
      }),
    }),
  ),
  hostUsers: section(fc.boolean(), fc.boolean()),
  env: section(environment),
  volumes: section(volumes, namesGate),
  secrets: section(fc.array(secret, { maxLength: 2 }), namesGate),
  resources: resourceRules,
  workspace,
  securityContext: fc
    .tuple(section(security, securityGate), standard)
    .map(([verbs, profile]): Section => (contradicts(verbs, profile) ? verbs : { ...verbs, ...profile })),
}).map((document) => document as Document);

/** A policy that sets what its own standard forbids is refused when it is read. */
function contradicts(
  { set = {} }: Section,
  { podSecurityStandard: standard = "privileged" }: Section,
): boolean {
  // Made of the settings above.
  return standard !== "privileged" && forbiddenSettings(set as Security, standard, {}).length > 0;
}

/** One layer or two of different priority. */
export const layers = fc.array(policyDocument, { minLength: 1, maxLength: 2 });

const mountPaths = ["/cache", "/ca", "/woodpecker", "/c2"];
// A reference where a value could stand: to what the Pod has, a policy sets, both, or nobody.
const reference = fc.constantFrom("${A}", "${A:-y}", "${B:-x}", "${TOKEN:-z}", "$${A}");
const asked = fc.dictionary(
  key,
  fc.oneof({ weight: 12, arbitrary: labelValue }, { weight: 1, arbitrary: reference }),
  { maxKeys: 4 },
);
const ask = {
  labels: asked,
  annotations: asked,
  nodeSelector: asked,
  tolerations: fc.array(toleration, { maxLength: 3 }),
  affinity,
  runtimeClassName: name,
  serviceAccountName: name,
  hostUsers: fc.boolean(),
  volumes: fc.uniqueArray(
    fc
      .tuple(
        fc.constantFrom("build-cache", "go.cache", "work"),
        fc.constantFrom(...mountPaths),
        fc.constantFrom("", ":ro"),
      )
      .map(([claim, path, mode]) => `${claim}:${path}${mode}`),
    { maxLength: 3, selector: (one) => one.split(":")[1] },
  ),
  secrets: fc.array(secret, { maxLength: 2 }),
  resources,
  securityContext: security,
  resourceClass: name,
  workspaceVolume: fc.boolean(),
};

/** Options that the schema passes, and a wish that nobody knows now and then. */
export const options = fc
  .tuple(maybe<Record<string, unknown>>(ask), fc.constantFrom({}, {}, {}, { nodeselector: { a: "b" } }))
  .map(([known, unknown]): Record<string, unknown> => ({ ...known, ...unknown }));

/** Options with something wrong anywhere, and texts that are no options at all. */
export const hostileText = fc.oneof(
  options.chain((good) =>
    fc
      .tuple(fc.constantFrom(...Object.keys(ask)), fc.jsonValue({ maxDepth: 3 }))
      .map(([where, bad]) => JSON.stringify({ ...good, [where]: bad })),
  ),
  fc.json(),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        "labels:",
        "\n",
        " ",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "&a ",
        "*a",
        "!!str ",
        "? ",
        ": ",
        "|",
        ">",
        '"',
        "'",
        "#",
        "${A",
        "}",
        "\t",
        "%",
        "---",
        "a",
        "\u202e",
        "\r",
        "<<",
        "__proto__",
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join("")),
);

const volume = fc
  .tuple(
    fc.constantFrom("work", "ca", "scratch", "build-cache"),
    fc.constantFrom<Record<string, unknown>>(
      { emptyDir: {} },
      { configMap: { name: "ca", defaultMode: 420 } },
      { configMap: { name: "ca", items: [{ key: "a", path: "b" }] } },
      { persistentVolumeClaim: { claimName: "build-cache" } },
      { persistentVolumeClaim: { claimName: "build-cache", readOnly: true } },
      { hostPath: { path: "/", type: "" } },
    ),
  )
  .map(([own, source]) => ({ name: own, ...source }));
const podVolumes = fc.uniqueArray(volume, { maxLength: 3, selector: (one) => one.name });

const variable = fc.constantFrom<Record<string, unknown>>(
  { name: "A", value: "pods" },
  { name: "A", value: "twice" },
  { name: "B" },
  { name: "CI", value: "woodpecker" },
  { name: "CI_SYSTEM_PLATFORM", value: "linux/arm64" },
  { name: "TOKEN", valueFrom: { secretKeyRef: { name: "a", key: "token" } } },
  { name: "NODE", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "spec.nodeName" } } },
);

const containerSecurity = maybe({
  privileged: fc.boolean(),
  allowPrivilegeEscalation: fc.boolean(),
  runAsUser: id,
  runAsNonRoot: fc.boolean(),
  seccompProfile: profile,
  capabilities: maybe({ add: fc.constant(["SYS_ADMIN"]), drop: fc.constant(["NET_RAW"]) }),
  readOnlyRootFilesystem: fc.boolean(),
}).map((context) =>
  (context.privileged === true || context.capabilities?.add !== undefined) &&
  context.allowPrivilegeEscalation === false
    ? { ...context, allowPrivilegeEscalation: true }
    : context,
);

const container = maybe<Record<string, unknown>>({
  image: fc.constantFrom("alpine", "acme/plugin:1", "not an image", "alpine@sha256:00"),
  command: fc.constantFrom([], ["sh"]),
  workingDir: fc.constantFrom("/woodpecker/src/a", "/work", "/"),
  env: fc.array(variable, { maxLength: 4 }),
  envFrom: fc.constantFrom(
    [],
    [{ secretRef: { name: "ci-x" } }, { prefix: "P_", configMapRef: { name: "c" } }],
  ),
  resources: resources.map(copiedRequests),
  securityContext: containerSecurity,
  volumeMounts: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom("work", "ca", "scratch"),
      mountPath: fc.constantFrom("/ca", "/work", "/woodpecker"),
    }),
    { maxLength: 2, selector: (one) => one.mountPath },
  ),
  terminationMessagePath: fc.constant("/dev/termination-log"),
  "x-unknown": fc.jsonValue({ maxDepth: 2 }),
});

/** The API server copies a limit to the request that is missing. */
function copiedRequests({ requests = {}, limits = {} }: { requests?: object; limits?: object }): object {
  return { requests: { ...limits, ...requests }, limits };
}

const ephemeral = maybe<Record<string, unknown>>({
  image: fc.constant("debug"),
  securityContext: containerSecurity,
});

const metadata = maybe<Record<string, unknown>>({
  generateName: fc.constant("wp-"),
  labels: fc
    .tuple(fc.dictionary(key, labelValue, { maxKeys: 4 }), fc.constantFrom("", "1", "2"))
    .map(([own, task]) => (task === "" ? own : { ...own, "woodpecker-ci.org/task-uuid": task })),
  annotations: fc.dictionary(
    fc.constantFrom(
      ...["a", "example.com/x", "constructor", "kubectl.kubernetes.io/default-container"],
      ...["container.apparmor.security.beta.kubernetes.io/c0", "kubernetes.io/limit-ranger"],
      ...["podpecker.dev/workflow", "podpecker.dev/workflow"],
    ),
    fc.constantFrom(
      "x",
      "c1",
      "unconfined",
      "LimitRanger plugin set: cpu, memory request for container c0; cpu limit for container c0",
    ),
    { maxKeys: 3 },
  ),
  "x-unknown": fc.jsonValue({ maxDepth: 2 }),
});

const spec = maybe<Record<string, unknown>>({
  volumes: podVolumes,
  nodeSelector: fc.dictionary(key, labelValue, { maxKeys: 3 }),
  tolerations: fc.array(servedToleration, { maxLength: 3 }),
  affinity,
  imagePullSecrets: fc.array(fc.record({ name }), { maxLength: 2 }),
  runtimeClassName: name,
  overhead: fc.constant({ cpu: "1" }),
  serviceAccountName: fc.constantFrom("default", "a"),
  serviceAccount: fc.constantFrom("default", "a"),
  priorityClassName: name,
  priority: fc.constantFrom(0, 1000),
  preemptionPolicy: fc.constant("Never"),
  hostAliases: fc.array(
    fc.constantFrom({ ip: "10.0.0.1", hostnames: ["a"] }, { ip: "10.9.9.9", hostnames: ["a"] }),
    { maxLength: 2 },
  ),
  dnsConfig: maybe({
    nameservers: fc.uniqueArray(fc.constantFrom("10.0.0.1", "10.9.9.1", "10.9.9.2", "10.9.9.3"), {
      maxLength: 3,
    }),
    options: fc.uniqueArray(fc.constantFrom({ name: "ndots", value: "5" }, { name: "edns0" }), {
      maxLength: 2,
    }),
  }),
  hostUsers: fc.boolean(),
  hostNetwork: fc.boolean(),
  securityContext: maybe({
    runAsUser: id,
    runAsNonRoot: fc.boolean(),
    fsGroup: id,
    sysctls: fc.constant([]),
    seccompProfile: profile,
  }),
  terminationGracePeriodSeconds: fc.constant(30),
  "x-unknown": fc.jsonValue({ maxDepth: 2 }),
}).map((one) => (one["hostNetwork"] === true ? { ...one, hostUsers: true } : one));

/** A Pod that validation would pass, as it reaches a webhook: with the API server's defaults, and fields that nobody here knows. */
export const pod = fc
  .record({
    metadata,
    spec,
    containers: fc.array(container, { minLength: 1, maxLength: 2 }),
    initContainers: fc.array(container, { maxLength: 2 }),
    ephemeralContainers: fc.array(ephemeral, { maxLength: 1 }),
    named: fc.boolean(),
  })
  .map(({ named, ...parts }): Pod => {
    const numbered = (prefix: string, list: readonly object[]): object[] =>
      list.map((one, index) => ({ name: `${prefix}${index}`, ...one }));
    const { initContainers, ephemeralContainers } = parts;
    const complete = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...(named ? { name: "c1" } : {}), namespace: "ci", ...parts.metadata },
      spec: {
        containers: numbered("c", parts.containers),
        ...(initContainers.length === 0 ? {} : { initContainers: numbered("i", initContainers) }),
        ...(ephemeralContainers.length === 0
          ? {}
          : { ephemeralContainers: numbered("e", ephemeralContainers) }),
        ...parts.spec,
      },
    };
    return JSON.parse(JSON.stringify(complete)) as Pod;
  });

function withoutUndefined(one: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined));
}
