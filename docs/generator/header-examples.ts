/** What a policy may write beside its sections. Without `version: v1`. */
export const headerExamples = {
  header: `description: platform@acme.example, who look after the steps of the acme organisation
priority: 10
mode: enforce
validUntil: 2027-03-31
onRefusal: deny
trustPod: true
trustAnnotations: false
platform: linux/arm64`,
  match: `match:
  users: ["system:serviceaccount:woodpecker:woodpecker-agent"]
  namespaces: ["ci-*"]
  repos: ["acme/*"]
  repoIds: ["17", "42"]
  events: [push, tag]
  branches: [main, "release/*"]
  images: ["registry.acme.example/*"]
  podLabels: { team: build }`,
  workspace: `workspace:
  size: 20G
  storageClass: nfs
  accessMode: ReadWriteMany
  path: /woodpecker
  ttlAfterFinished: 30m`,
} as const;
