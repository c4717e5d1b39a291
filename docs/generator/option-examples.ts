/** What a step may write for each option, as it stands below `backend_options.kubernetes`. */
export const optionExamples: Readonly<Record<string, string>> = {
  labels: `labels:
  app.kubernetes.io/name: shop
  environment: staging`,
  annotations: `annotations:
  pipeline-group: nightly`,
  nodeSelector: `nodeSelector:
  kubernetes.io/arch: "\${ARCH:-amd64}"`,
  tolerations: `tolerations:
  - { key: dedicated, operator: Equal, value: builds, effect: NoSchedule }`,
  affinity: `affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
        - matchExpressions: [{ key: topology.kubernetes.io/zone, operator: In, values: [eu-west-3a] }]`,
  runtimeClassName: `runtimeClassName: gvisor`,
  serviceAccountName: `serviceAccountName: ci-deploy`,
  hostUsers: `hostUsers: false`,
  volumes: `volumes:
  - build-cache:/woodpecker/src/cache
  - models:/models:ro`,
  secrets: `secrets:
  - name: deploy-environment # all keys, as variables
  - { name: registry-account, key: password } # one key, as the variable PASSWORD
  - { name: registry-account, key: username, target: { env: REGISTRY_USER } }
  - { name: deploy-key, key: id_ed25519, target: { file: /run/secrets/id_ed25519 } }`,
  resourceClass: `resourceClass: large`,
  resources: `resources:
  requests: { cpu: 250m, memory: 300Mi }
  limits: { memory: 600Mi, nvidia.com/gpu: 1 }`,
  securityContext: `securityContext:
  runAsUser: 1000
  runAsNonRoot: true
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
  seccompProfile: { type: RuntimeDefault }`,
  workspaceVolume: `workspaceVolume: false`,
};
