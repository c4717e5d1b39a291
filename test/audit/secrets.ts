import { type Container, type Pod } from "#src/kubernetes/pod.ts";

/** The Pod with a secret, `s3cr3t`, wherever nobody but its own program should find one. */
export function withSecrets(pod: Pod): Pod {
  const { metadata, spec } = pod;
  const { initContainers } = spec;
  const annotations = { ...metadata?.annotations, "example.com/manifest": "s3cr3t-annotation" };
  return {
    ...pod,
    metadata: { ...metadata, annotations },
    spec: {
      ...spec,
      containers: spec.containers.map(secretive),
      ...(initContainers === undefined ? {} : { initContainers: initContainers.map(secretive) }),
    },
  };
}

function secretive(container: Container): Container {
  const run = { exec: { command: ["sh", "-c", "s3cr3t-hook"] } };
  const header = { name: "Authorization", value: "s3cr3t-header" };
  return {
    ...container,
    env: [
      ...(container.env ?? []),
      { name: "PASSWORD", value: "s3cr3t-password" },
      { name: "PLUGIN_TOKEN", value: "s3cr3t-token" },
    ],
    command: ["sh", "-c", "s3cr3t-command"],
    args: ["s3cr3t-argument"],
    lifecycle: { postStart: run },
    livenessProbe: { httpGet: { port: 80, httpHeaders: [header] } },
  };
}
