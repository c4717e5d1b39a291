import { type LintCode } from "#src/policy/lint/lints.ts";

/** Policies that are read together, or ConfigMaps that hold them; the same ones mended. */
interface Example {
  readonly bad: readonly string[];
  readonly good: readonly string[];
  /** What the example of a step asks that they are held against. */
  readonly asked?: string;
}

const policy = (text: string): string => `version: v1\n${text}`;
const one = (bad: string, good: string): Example => ({ bad: [policy(bad)], good: [policy(good)] });

const configMap = (...data: readonly string[]): string => `apiVersion: v1
kind: ConfigMap
metadata: { name: woodpecker-agent }
data:
${data.map((line) => `  ${line}`).join("\n")}`;

const ofNamespace = (text: string): string => `apiVersion: v1
kind: ConfigMap
metadata: { name: own, namespace: team-a }
data:
  policy.yaml: |
    version: v1
    ${text}`;

/** What has each lint, and what has none. */
export const lintExamples: Readonly<Record<LintCode, Example>> = {
  "never-matches": one("match: { namespaces: [CI] }", "match: { namespaces: [ci] }"),
  "pattern-matches-nothing": one(
    'match: { namespaces: [ci, "Team_*"] }\nvolumes: { fromStep: ["/var/cache/*"] }',
    'match: { namespaces: [ci, "team-*"] }\nvolumes: { fromStep: ["*-cache"] }',
  ),
  "unknown-event": one("match: { events: [push, merge_request] }", "match: { events: [push, pull_request] }"),
  "no-repo-id": one("match: { repoIds: [acme/app] }", 'match: { repoIds: ["42"] }'),
  "repo-name-shared": one(
    'match: { repos: ["acme/*"] }\nserviceAccountName: { fromStep: [deployer] }',
    'match: { repoIds: ["42", "43"] }\nserviceAccountName: { fromStep: [deployer] }',
  ),
  "user-is-group": one(
    'match: { users: ["system:serviceaccounts:woodpecker"] }',
    'match: { users: ["system:serviceaccount:woodpecker:woodpecker-agent"] }',
  ),
  "image-without-tag": one(
    "match: { images: [registry.acme.example/ci/build] }",
    'match: { images: ["registry.acme.example/ci/build:*"] }',
  ),
  "default-beyond-bounds": one(
    "resources:\n  default: { limits: { memory: 4Gi } }\n  max: { memory: 2Gi }",
    "resources:\n  default: { limits: { memory: 1Gi } }\n  max: { memory: 2Gi }",
  ),
  "default-breaks-ratio": one(
    'resources:\n  default: { requests: { cpu: 100m } }\n  max: { cpu: "8" }\n  maxLimitRequestRatio: { cpu: 4 }',
    'resources:\n  default: { requests: { cpu: 100m }, limits: { cpu: 400m } }\n  max: { cpu: "8" }\n  maxLimitRequestRatio: { cpu: 4 }',
  ),
  "class-beyond-bounds": one(
    "resources:\n  max: { nvidia.com/gpu: 1 }\n  classes: { gpu: { limits: { nvidia.com/gpu: 2 } } }",
    "resources:\n  max: { nvidia.com/gpu: 2 }\n  classes: { gpu: { limits: { nvidia.com/gpu: 2 } } }",
  ),
  "likely-slip": one(
    "resources: { default: { limits: { memory: 400m } } }",
    "resources: { default: { limits: { memory: 400Mi } } }",
  ),
  "tolerates-every-taint": one(
    'tolerations:\n  default: [{ operator: Exists }]\n  fromStep: [{ key: "*" }]',
    'tolerations:\n  default: [{ key: ci, operator: Exists }]\n  fromStep: [{ key: "gpu-*", effect: NoSchedule }]',
  ),
  "privileged-for-all": one(
    "securityContext: { fromStep: { privileged: true } }",
    'securityContext: { fromStep: { privileged: { images: ["docker.io/woodpeckerci/plugin-docker-buildx:*"] } } }',
  ),
  "public-images": one(
    'securityContext: { fromStep: { privileged: { images: ["docker.io/*"] } } }',
    'securityContext: { fromStep: { privileged: { images: ["docker.io/woodpeckerci/*"] } } }',
  ),
  "beyond-standard": one(
    "securityContext:\n  podSecurityStandard: baseline\n  default: { seccompProfile: { type: Unconfined } }",
    "securityContext:\n  podSecurityStandard: baseline\n  default: { seccompProfile: { type: RuntimeDefault } }",
  ),
  "unknown-capability": one(
    "securityContext: { set: { capabilities: { drop: [CAP_NET_RAW] } } }",
    "securityContext: { set: { capabilities: { drop: [NET_RAW] } } }",
  ),
  "moot-pattern": one(
    'labels: { fromStep: { keys: ["woodpecker-ci.org/*", "app.kubernetes.io/*"] } }\nvolumes: { fromStep: ["wp-*-default"] }',
    'labels: { fromStep: { keys: ["app.kubernetes.io/*"] } }\nvolumes: { fromStep: ["*-cache"] }',
  ),
  "never-holds": one(
    "runtimeClassName: { set: gvisor, default: kata, fromStep: [kata] }",
    "runtimeClassName: { default: gvisor, fromStep: [kata] }",
  ),
  "bounds-crossed": {
    bad: [
      policy("resources: { max: { memory: 1Gi } }"),
      policy("match: { namespaces: [ci] }\nresources: { min: { memory: 2Gi } }"),
    ],
    good: [
      policy("resources: { max: { memory: 4Gi } }"),
      policy("match: { namespaces: [ci] }\nresources: { min: { memory: 2Gi } }"),
    ],
  },
  "exceed-without-bounds": one(
    "resources: { onExceed: deny }",
    'resources: { onExceed: deny, max: { cpu: "8", memory: 16Gi } }',
  ),
  "forgeable-label": {
    bad: [
      configMap('WOODPECKER_BACKEND_K8S_POD_LABELS_ALLOW_FROM_STEP: "true"'),
      policy('match: { repoIds: ["42"] }\nserviceAccountName: { fromStep: [deployer] }'),
    ],
    good: [
      configMap(
        'WOODPECKER_BACKEND_K8S_POD_LABELS_ALLOW_FROM_STEP: "false"',
        "policy.yaml: |",
        "  version: v1",
        '  labels: { fromStep: { keys: ["app.kubernetes.io/*"] } }',
      ),
      policy('match: { repoIds: ["42"] }\nserviceAccountName: { fromStep: [deployer] }'),
    ],
  },
  "forgeable-annotation": {
    bad: [
      configMap(
        'WOODPECKER_BACKEND_K8S_POD_ANNOTATIONS_ALLOW_FROM_STEP: "true"',
        "policy.yaml: |",
        "  version: v1",
        "  trustAnnotations: true",
      ),
    ],
    good: [configMap('WOODPECKER_BACKEND_K8S_POD_ANNOTATIONS_ALLOW_FROM_STEP: "true"')],
  },
  "no-effect": {
    bad: [
      policy("secrets: { fromStep: false }"),
      ofNamespace("secrets: { default: [{ name: deploy-token }] }"),
    ],
    good: [
      policy("secrets: { fromStep: [deploy-token] }"),
      ofNamespace("secrets: { default: [{ name: deploy-token }] }"),
    ],
  },
  expiry: one(
    'validUntil: 2026-01-31\nmatch: { repoIds: ["42"] }\nserviceAccountName: { fromStep: [deployer] }',
    'match: { repoIds: ["42"] }\nserviceAccountName: { fromStep: [deployer] }',
  ),
  "example-refused": {
    ...one("labels: { fromStep: false }", "labels: { fromStep: { keys: [app.kubernetes.io/name] } }"),
    asked: "labels: { app.kubernetes.io/name: shop }",
  },
  "unknown-setting": {
    bad: [configMap('WOODPECKER_BACKEND_K8S_POD_LABELS_ALLOW_FROM_STEPS: "true"')],
    good: [configMap('WOODPECKER_BACKEND_K8S_POD_LABELS_ALLOW_FROM_STEP: "true"')],
  },
};
