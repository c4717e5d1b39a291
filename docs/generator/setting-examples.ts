/** A value of each setting that is no flag. */
export const settingExamples: Readonly<Record<string, string>> = {
  NAMESPACE: "ci",
  VOLUME_SIZE: "5G",
  STORAGE_CLASS: "nfs",
  POD_LABELS: '{"purpose":"ci"}',
  POD_ANNOTATIONS: '{"acme.example/owner":"ci"}',
  POD_NODE_SELECTOR: '{"pool":"ci"}',
  POD_TOLERATIONS: '[{"key":"ci","operator":"Exists"}]',
  POD_AFFINITY: '{"nodeAffinity":{}}',
  PULL_SECRET_NAMES: "regcred, mirror",
  PRIORITY_CLASS: "ci-low",
  CLUSTER_DOMAIN: "cluster.local",
  STOP_TIMEOUT: "20",
  PERMISSION_INIT_IMAGE: "busybox:stable-musl",
};
