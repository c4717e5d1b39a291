/** What a policy may write for each section. Without `version: v1`, which every policy begins with. */
export const sectionExamples: Readonly<Record<string, string>> = {
  labels: `labels:
  set: { ci: woodpecker }
  fromStep: { keys: ["app.kubernetes.io/*"] }`,
  annotations: `annotations:
  set: { cluster-autoscaler.kubernetes.io/safe-to-evict: "false" }
  fromStep: false`,
  nodeSelector: `nodeSelector:
  default: { topology.kubernetes.io/region: eu-west-3 }
  fromStep: { keys: [kubernetes.io/arch] }`,
  tolerations: `tolerations:
  default: [{ key: ci, operator: Exists }]
  fromStep: [{ key: "gpu-*", effect: NoSchedule }]`,
  affinity: `affinity:
  default:
    nodeAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
        - weight: 1
          preference: { matchExpressions: [{ key: pool, operator: In, values: [ci] }] }
  fromStep: false`,
  imagePullSecrets: `imagePullSecrets: { set: [regcred, mirror] }`,
  runtimeClassName: `runtimeClassName: { default: gvisor, fromStep: [gvisor, kata] }`,
  serviceAccountName: `serviceAccountName: { default: ci-step, fromStep: ["ci-*"] }`,
  priorityClassName: `priorityClassName: { set: ci-low }`,
  hostAliases: `hostAliases: { set: [{ ip: 10.1.2.3, hostnames: [registry.internal] }] }`,
  dnsConfig: `dnsConfig: { set: { nameservers: [10.1.2.53], searches: [internal.example] } }`,
  hostUsers: `hostUsers: { default: false }`,
  env: `env:
  set: { HTTPS_PROXY: "http://proxy:3128" }
  default: [{ name: NODE, valueFrom: { fieldRef: { fieldPath: spec.nodeName } } }]`,
  volumes: `volumes:
  set: [{ name: ca, configMap: { name: ca-bundle }, mountPath: /etc/ssl/ca, readOnly: true }]
  fromStep: ["*-cache"]`,
  secrets: `secrets: { fromStep: ["ci-*"] }`,
  resources: `resources:
  default: { requests: { cpu: 100m, memory: 200Mi }, limits: { memory: 1Gi } }
  fromStep: true
  min: { cpu: 10m }
  max: { cpu: 8, memory: 16Gi, nvidia.com/gpu: 1 }
  maxPod: { cpu: 12 }
  maxLimitRequestRatio: { cpu: 4 }
  onExceed: clamp
  classes:
    gpu:
      limits: { nvidia.com/gpu: 1 }
      nodeSelector: { pool: gpu }
      tolerations: [{ key: nvidia.com/gpu, operator: Exists }]`,
  securityContext: `securityContext:
  set: { runAsNonRoot: true }
  default: { fsGroup: 1000 }
  fromStep:
    privileged: { images: ["docker.io/woodpeckerci/plugin-docker-buildx:*"] }
    root: false
    seccompProfiles: ["profiles/*"]
  podSecurityStandard: privileged # or baseline, restricted: then no step is privileged, whatever a gate says
  apparmor: field`,
};
