import fc from "fast-check";

import { parsePodName } from "#test/woodpecker/names.ts";
import { PREFIX } from "#test/woodpecker/settings.ts";
import {
  type Case,
  type Era,
  type Options,
  type Profile,
  type SecretReference,
  type SecurityContextOption,
  type Settings,
  type Step,
  type Toleration,
} from "#test/woodpecker/step.ts";

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// Ascending, so that of two the earlier one is a request that fits the later one's limit.
const cpus = ["0", "50m", "100m", "0.25", "0.5", "999m", "1000m", "1.5", "2", "2000m", "1e1", "0.1k"];
const memories = [
  "0",
  "100",
  "64Ki",
  "128M",
  "128Mi",
  "131073Ki",
  "0.5Gi",
  "1G",
  "1024Mi",
  "1.5Gi",
  "2000000000",
  "12e9",
];
const accelerators = ["1", "2", "4"];

const taints: readonly Toleration[] = [
  { key: "ci", operator: "Exists" },
  { key: "ci", operator: "Exists", effect: "NoSchedule" },
  { key: "net-port", value: "100Mbit", effect: "NoSchedule" },
  { key: "gpu", operator: "Equal", value: "a100", effect: "NoExecute" },
  { key: "gpu", operator: "Equal", value: "a100", effect: "NoExecute", tolerationSeconds: 3600 },
  { key: "spot", operator: "Exists", effect: "NoExecute", tolerationSeconds: 0 },
  { operator: "Exists" },
];

// The documentation's own example is of this kind, and no API server takes it.
const patientTaints: readonly Toleration[] = [
  { key: "key1", operator: "Equal", value: "value1", effect: "NoSchedule", tolerationSeconds: 3600 },
  { key: "ci", operator: "Exists", effect: "PreferNoSchedule", tolerationSeconds: 60 },
];

const affinities: readonly object[] = [
  {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: "disk", operator: "In", values: ["ssd", "nvme"] }] }],
      },
    },
  },
  {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        {
          topologyKey: "kubernetes.io/hostname",
          labelSelector: {},
          matchLabelKeys: ["woodpecker-ci.org/task-uuid"],
        },
      ],
    },
  },
  {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 10,
          podAffinityTerm: { topologyKey: "zone", labelSelector: { matchLabels: { team: "build" } } },
        },
      ],
    },
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, preference: { matchExpressions: [{ key: "spot", operator: "DoesNotExist" }] } },
      ],
    },
  },
];

const profiles: readonly Profile[] = [
  { type: "RuntimeDefault" },
  { type: "Localhost", localhostProfile: "profiles/audit.json" },
  { type: "Unconfined" },
];

const secrets: readonly SecretReference[] = [
  { name: "ghcr-push-secret" },
  { name: "aws-ecr", key: "AWS_ACCESS_KEY_ID" },
  { name: "aws-ecr", key: "access-key" },
  { name: "aws-ecr", key: "access-key", target: { env: "AWS_SECRET_ACCESS_KEY" } },
  { name: "other", key: "flag", target: { env: "FLAG" } },
  { name: "other", key: "token" },
  { name: "reg-cred", key: ".dockerconfigjson", target: { file: "~/.docker/config.json" } },
  { name: "reg-cred", key: "ca.crt", target: { file: "/etc/ca/ca.crt" } },
  { name: "tls.example.com", key: "tls.key", target: { file: "/etc/tls/tls.key" } },
  { name: "whole", target: { file: "/etc/whole" } },
];

const claims = ["woodpecker-cache", "npm-cache", "build-cache"];
// No DNS label, the name of a secret as well, and what the backend makes a name of.
const oddClaims = ["build.cache", "reg-cred", "go_cache", "Build-Cache"];
const paths = ["/woodpecker/src/cache", "/root/.npm", "/root/go", "/cache", "/mnt/claim"];

const labelKeys = ["app", "part-of", "team", "app.kubernetes.io/name", "example.com/tier"];
const reservedKeys = [
  "step",
  "service",
  "woodpecker-ci.org/repo-id",
  "podpecker.dev/workflow",
  "kubernetes.io/limit-ranger",
  "apps.kubernetes.io/pod-index",
];
const nodeKeys = ["storage", "topology.kubernetes.io/region", "kubernetes.io/arch"];
const nodeValues = ["ssd", "eu-central-1", "arm64", "riscv64"];

const seccompProfiles = [...profiles, { type: "Localhost", localhostProfile: "audit.json" }];
const apparmorProfiles = [
  ...profiles,
  { type: "Localhost", localhostProfile: "k8s-apparmor-example-deny-write" },
];

/** Well-formed cases of both releases: every setting, every option, and the traps that woodpecker.md names. */
export const cases: fc.Arbitrary<Case> = fc.constantFrom<Era>("2.8", "3.17").chain((era) =>
  fc
    .record({
      era: fc.constant(era),
      step: steps(era),
      settings: settings(era),
      options: options(era),
      context: contexts,
    })
    .map(withAppArmorKey),
);

/** The case with a workspace that is called after its workflow, whose id is the task's as well: no other one is spared. */
export function withOwnWorkspace(asked: Case): Case {
  const [workspace = "", ...others] = asked.step.volumes ?? [];
  const own = workspace.replace("_3_default", `_${asked.context.taskUUID}_default`);
  return { ...asked, step: { ...asked.step, volumes: [own, ...others] } };
}

/** The same cases for the same seed, for what must be repeated outside of a property. */
export const sample = (seed: number, count: number): Case[] => fc.sample(cases, { seed, numRuns: count });

const contexts = fc.record(
  {
    taskUUID: fc.constantFrom("4711", "1"),
    platform: fc.constantFrom("linux/amd64", "linux/arm64", "linux/arm/v7", "linux/s390x", "windows/amd64"),
    script: fc.constant("ZWNobw=="),
  },
  { requiredKeys: ["taskUUID", "script"] },
);

function steps(era: Era): fc.Arbitrary<Step> {
  const id = fc
    .array(fc.nat(CROCKFORD.length - 1), { minLength: 26, maxLength: 26 })
    .map((digits) => digits.map((digit) => CROCKFORD.charAt(digit)).join(""));
  return fc
    .record({
      type: fc.constantFrom("clone", "service", "plugin", "commands", "cache"),
      base: fc.constantFrom("/woodpecker", "/ci", "/"),
      uuid: id,
      workflow: id.map((text) => text.toLowerCase()),
      volumes: fc.array(fc.tuple(often(claims, oddClaims), fc.constantFrom("", "", ":ro", ":rw")), {
        maxLength: 3,
      }),
      firstPath: fc.nat(paths.length - 1),
      below: fc.constantFrom("", "/src/github.com/acme/app"),
      rest: anyStep(era),
    })
    .chain(({ type, base, uuid, workflow, volumes, firstPath, below, rest }) =>
      kind(type).map((own) => ({
        ...rest,
        ...own,
        uuid,
        workspace_base: base,
        working_dir: (base === "/" ? "" : base) + below || "/",
        volumes: [
          `wp_${workflow}_3_default:${base}`,
          ...volumes.map(
            ([claim, mode], at) => `${claim}:${paths[(firstPath + at) % paths.length] ?? ""}${mode}`,
          ),
        ],
      })),
    );
}

const kind = (
  type: NonNullable<Step["type"]>,
): fc.Arbitrary<Pick<Step, "name" | "type" | "commands" | "entrypoint">> =>
  fc.record(
    {
      type: fc.constant(type),
      name:
        type === "service"
          ? fc.constantFrom("postgres", "redis_cache", "a-name-of-twenty-nine-letters")
          : fc.constantFrom(
              "build",
              "Build image",
              "unit_tests",
              "build & deploy",
              "go-1.22",
              "x".repeat(70),
            ),
      ...(type === "commands" && { commands: fc.constantFrom(["go build"], ["go get", "go test"]) }),
      ...((type === "commands" || type === "service") && { entrypoint: fc.constant(["/bin/bash", "-c"]) }),
    },
    { requiredKeys: ["type", "name", ...(type === "commands" ? (["commands"] as const) : [])] },
  );

const anyStep = (era: Era) =>
  fc.record(
    {
      image: fc.constantFrom(
        "golang:1.22",
        "woodpeckerci/plugin-git",
        "registry.example.com/team/tool@sha256:" + "0".repeat(64),
      ),
      pull: fc.boolean(),
      privileged: fc.boolean(),
      environment: strings(["CI", "PLUGIN_REPO", "EMPTY", "TOKEN"], ["woodpecker", "octocat/hello", ""]),
      extra_hosts: fc.subarray([
        { name: "cloudflare", ip: "1.1.1.1" },
        { name: "cf.v6", ip: "2606:4700:4700::64" },
      ]),
      dns: fc.subarray(["1.1.1.1", "8.8.8.8"]),
      dns_search: fc.subarray(["example.com"]),
      ports: fc.subarray([
        { number: 1234 },
        { number: 2345, protocol: "tcp" },
        { number: 3456, protocol: "udp" },
      ]),
      auth_config: fc.constantFrom({ username: "octocat", password: "secret" }, { username: "octocat" }, {}),
      ...(era === "3.17" && {
        org_id: fc.constantFrom(1, 42),
        secret_mapping: fc.constantFrom({}, { TOKEN: "secret" }),
        workflow_labels: strings(
          [
            "woodpecker-ci.org/repo-id",
            "woodpecker-ci.org/repo-full-name",
            "woodpecker-ci.org/event",
            "team",
          ],
          ["12", "Acme/Hello World", "push", "x".repeat(64)],
        ),
      }),
    },
    { requiredKeys: ["image", "environment"] },
  );

const common = {
  NAMESPACE: fc.constantFrom("woodpecker", "ci-steps", "CI"),
  VOLUME_SIZE: fc.constantFrom("10G", "1Gi"),
  STORAGE_CLASS: fc.constantFrom("", "local-storage"),
  STORAGE_RWX: flags(),
  POD_LABELS: mapText(
    fc.dictionary(
      often(["app", "team", "example.com/owner"], ["step", "service", "woodpecker-ci.org/repo-id"]),
      fc.constantFrom("agent", "true", "1", "x"),
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
  POD_LABELS_ALLOW_FROM_STEP: flags(),
  POD_ANNOTATIONS: mapText(
    strings(["team", "example.com/tier", "apps.kubernetes.io/pod-index"], ["agent", "0"]),
  ),
  POD_ANNOTATIONS_ALLOW_FROM_STEP: flags(),
  POD_NODE_SELECTOR: mapText(strings(nodeKeys, nodeValues)),
  SECCTX_NONROOT: flags(),
  PULL_SECRET_NAMES: fc.constantFrom("", "regcred", "regcred,another-pull-secret", "regcred,regcred"),
  ALLOW_NATIVE_SECRETS: flags(),
};

const later = {
  NAMESPACE_PER_ORGANIZATION: flags(),
  POD_NODE_SELECTOR_ALLOW_FROM_STEP: flags(),
  POD_TOLERATIONS: fc.oneof(
    fc.constant(""),
    fc.subarray([...taints, ...patientTaints], { maxLength: 3 }).map((list) => JSON.stringify(list)),
    fc.constant("- key: ci\n  operator: Exists\n  effect: NoExecute\n  tolerationSeconds: 5\n"),
  ),
  POD_TOLERATIONS_ALLOW_FROM_STEP: flags(),
  POD_AFFINITY: fc.constantFrom("", ...affinities.map((affinity) => JSON.stringify(affinity))),
  POD_AFFINITY_ALLOW_FROM_STEP: flags(),
  PULL_SECRET_NAMES: fc.constantFrom("", "regcred", "regcred, another-pull-secret", "regcred,regcred"),
  SERVICE_ACCOUNT_NAME_ALLOW_FROM_STEP: flags(),
  PRIORITY_CLASS: fc.constantFrom("", "ci-low"),
  STOP_TIMEOUT: fc.constantFrom("20", "0"),
  PERMISSION_INIT_IMAGE: fc.constantFrom("busybox:stable-musl", "registry.example.com/busybox:1"),
};

function settings(era: Era): fc.Arbitrary<Settings> {
  const keys = era === "3.17" ? { ...common, ...later } : common;
  const named = Object.fromEntries(Object.entries(keys).map(([key, value]) => [PREFIX + key, value]));
  return fc.record<Record<string, string>>(named, { requiredKeys: [] });
}

function options(era: Era): fc.Arbitrary<Options> {
  const scalars = era === "3.17" ? [1, 1.5, true, false] : [];
  const metadata = (keys: readonly string[]) =>
    fc.dictionary(
      often(keys, reservedKeys),
      fc.constantFrom("test", "woodpecker-ci", "A_b.c", "1", "", ...scalars),
      {
        maxKeys: 3,
        noNullPrototype: true,
      },
    );
  return fc.record(
    {
      resources: resources(era),
      runtimeClassName: fc.constantFrom("runc", "kata.v2"),
      serviceAccountName: fc.constantFrom("wp-svc-acc", "default"),
      nodeSelector: fc.dictionary(fc.constantFrom(...nodeKeys), fc.constantFrom(...nodeValues, ...scalars), {
        maxKeys: 3,
        noNullPrototype: true,
      }),
      tolerations: fc.array(often(taints, patientTaints), { maxLength: 3 }),
      labels: metadata(labelKeys),
      annotations: metadata([...labelKeys, "example.com/note"]),
      securityContext: securityContexts(era),
      secrets: fc.subarray([...secrets], { maxLength: 4 }),
      ...(era === "3.17" && {
        affinity: fc.constantFrom(...affinities),
        workspaceVolume: fc.boolean(),
        hostUsers: fc.boolean(),
      }),
    },
    { requiredKeys: [] },
  );
}

function resources(era: Era) {
  const numbers = era === "3.17" ? [0.5, 1, 2] : [];
  const pair = (ascending: readonly (string | number)[]) =>
    fc
      .tuple(
        fc.nat(ascending.length - 1),
        fc.nat(ascending.length - 1),
        fc.constantFrom("request", "limit", "both"),
      )
      .map(([one, other, which]) => ({
        ...(which !== "limit" && { request: ascending[Math.min(one, other)] ?? "" }),
        ...(which !== "request" && { limit: ascending[Math.max(one, other)] ?? "" }),
      }));
  return fc
    .record(
      {
        cpu: fc.oneof(pair(cpus), pair(numbers.length > 0 ? numbers : cpus)),
        memory: pair(memories),
        "ephemeral-storage": pair(memories),
        "nvidia.com/gpu": fc.constantFrom(...accelerators).map((limit) => ({ limit })),
      },
      { requiredKeys: [] },
    )
    .map((named) => ({ requests: side(named, "request"), limits: side(named, "limit") }));
}

const side = (named: object, which: "request" | "limit"): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(named as Record<string, { request?: string | number; limit?: string | number }>).flatMap(
      ([name, pair]) => (pair[which] === undefined ? [] : [[name, pair[which]]]),
    ),
  );

const ids = fc.constantFrom(0, 101, 1000);

const securityContexts = (era: Era): fc.Arbitrary<SecurityContextOption> =>
  fc.record(
    {
      privileged: fc.boolean(),
      runAsNonRoot: fc.boolean(),
      runAsUser: ids,
      runAsGroup: ids,
      fsGroup: ids,
      seccompProfile: fc.constantFrom(...seccompProfiles),
      apparmorProfile: fc.constantFrom(...apparmorProfiles),
      ...(era === "3.17" && {
        fsGroupChangePolicy: fc.constantFrom("Always", "OnRootMismatch"),
        allowPrivilegeEscalation: fc.boolean(),
        capabilities: fc.constantFrom({ drop: ["ALL"] }, { drop: ["NET_RAW", "CHOWN"] }, {}),
      }),
    },
    { requiredKeys: [] },
  );

/** Now and then the step asks for the very annotation that is its AppArmor profile before 3.0. */
function withAppArmorKey(made: Case): Case {
  if (made.era !== "2.8" || made.step.pull !== true || made.options.annotations === undefined) return made;
  const key = `container.apparmor.security.beta.kubernetes.io/${parsePodName(made.era, made.step)}`;
  return {
    ...made,
    options: { ...made.options, annotations: { ...made.options.annotations, [key]: "unconfined" } },
  };
}

function often<T>(usual: readonly T[], traps: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...traps) },
  );
}

function strings(keys: readonly string[], values: readonly string[]): fc.Arbitrary<Record<string, string>> {
  return fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), {
    maxKeys: 3,
    noNullPrototype: true,
  });
}

function flags(): fc.Arbitrary<string> {
  return fc.constantFrom("true", "false", "1", "0", "TRUE");
}

/** The map as an admin writes it: JSON, or YAML whose scalars have no quotes. */
function mapText(map: fc.Arbitrary<Record<string, string>>): fc.Arbitrary<string> {
  const yaml = (lines: Record<string, string>) =>
    Object.entries(lines)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join("");
  return fc.oneof(
    map.map((value) => JSON.stringify(value)),
    map.map(yaml),
  );
}
