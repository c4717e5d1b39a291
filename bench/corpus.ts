import { readFileSync } from "node:fs";

import { type Pod } from "../src/kubernetes/pod.ts";

/** The policy that the benches decide by: the small example, as `npm start` uses it. */
export const POLICY = "manifests/examples/policies/small.yaml";

/** What a step of the benches asks: what most steps ask, no more. */
export const OPTIONS = `resources:
  requests: {cpu: 500m, memory: 512Mi}
  limits: {memory: 1Gi}
nodeSelector: {kubernetes.io/arch: arm64}
tolerations:
  - {key: ci, operator: Exists, effect: NoSchedule}
`;

// About as many as Woodpecker's server gives every step.
const VARIABLES = 60;

/** A step Pod as an agent creates it, with the options given. */
export function stepPod(options: string, name = "wp-01hqz3k5v8x2m4n6p8r0t2v4w6"): Pod {
  const variables = Array.from({ length: VARIABLES }, (_, index) => ({
    name: `CI_VARIABLE_${index}`,
    value: `value number ${index} of the step`,
  }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace: "woodpecker",
      labels: { step: "build", "woodpecker-ci.org/repo-full-name": "acme-shop" },
      annotations: { "podpecker.dev/backend-options": options },
    },
    spec: {
      restartPolicy: "Never",
      containers: [
        {
          name,
          image: "docker.io/library/golang:1.25",
          command: ["/bin/sh", "-c", "echo $CI_SCRIPT | base64 -d | /bin/sh -e"],
          env: [...variables, { name: "CI_SYSTEM_PLATFORM", value: "linux/amd64" }],
          volumeMounts: [{ name: "workspace", mountPath: "/woodpecker" }],
        },
      ],
      volumes: [{ name: "workspace", persistentVolumeClaim: { claimName: "wp-01hqz3-0-default" } }],
    },
  };
}

/** The review that the API server sends when the Pod is created. */
export function reviewOf(pod: Pod): string {
  return JSON.stringify({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: "705ab4f5-6393-11e8-b7cc-42010a800002",
      kind: { group: "", version: "v1", kind: "Pod" },
      resource: { group: "", version: "v1", resource: "pods" },
      namespace: "woodpecker",
      operation: "CREATE",
      userInfo: { username: "system:serviceaccount:woodpecker:woodpecker-agent" },
      object: pod,
      dryRun: false,
    },
  });
}

/** The text of the benches' policy. */
export const policyText = (): string => readFileSync(POLICY, "utf8");
