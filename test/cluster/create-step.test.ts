import { expect, it } from "vitest";
import { parse } from "yaml";

import { auditedCreation } from "./audited-creation.ts";
import { kubectl } from "./control-plane/kubectl.ts";
import { type Ran } from "./control-plane/run-program.ts";
import { installed } from "./installed.ts";
import { metric } from "./metric.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { type StepPod, stepPod } from "./step-pod.ts";

const plane = sharedPlane();
const podpecker = installed(plane);

const policy = {
  description: "the platform team",
  labels: { set: { "acme.example/purpose": "ci" }, fromStep: { keys: ["app.kubernetes.io/*"] } },
  imagePullSecrets: { set: ["regcred"] },
  tolerations: { fromStep: [{ key: "gpu-*", effect: "NoSchedule" }] },
  resources: { default: { requests: { memory: "200Mi" } } },
};

const create = (pod: StepPod, ...words: string[]): Promise<Ran> =>
  kubectl(plane, ["create", "-f", "-", ...words], { input: JSON.stringify(pod) });

const read = async (namespace: string): Promise<Ran> =>
  kubectl(plane, ["get", "pod", "wp-step", "--namespace", namespace, "--output", "yaml"]);

const asking = (namespace: string): StepPod =>
  stepPod(namespace, {
    options: `
resources:
  requests: { cpu: 0.5 }
  limits: { nvidia.com/gpu: 1 }
nodeSelector: { kubernetes.io/arch: "\${ARCH}" }
tolerations: [{ key: gpu-a100, operator: Exists, effect: NoSchedule }]
labels: { app.kubernetes.io/part-of: shop }
`,
    container: { env: [{ name: "ARCH", value: "amd64" }] },
  });

const changed = {
  metadata: {
    labels: { step: "build", "acme.example/purpose": "ci", "app.kubernetes.io/part-of": "shop" },
    annotations: { "podpecker.dev/applied": expect.stringContaining("/spec/nodeSelector") as string },
  },
  spec: {
    containers: [
      {
        resources: {
          requests: { cpu: "500m", memory: "200Mi", "nvidia.com/gpu": "1" },
          limits: { "nvidia.com/gpu": "1" },
        },
      },
    ],
    nodeSelector: { "kubernetes.io/arch": "amd64" },
    tolerations: expect.arrayContaining([
      { key: "gpu-a100", operator: "Exists", effect: "NoSchedule" },
    ]) as unknown[],
    imagePullSecrets: [{ name: "regcred" }],
  },
};

it("gives a step that is created what it asked for and what the policy sets", async () => {
  const namespace = await stepNamespace(podpecker(), { policy });

  const { code, stdout, stderr } = await create(asking(namespace));

  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "pod/wp-step created\n", stderr: "" });
  expect(parse((await read(namespace)).stdout)).toMatchObject(changed);
});

it("shows the same in a dry run by the server, which leaves nothing but a number", async () => {
  const namespace = await stepNamespace(podpecker(), { policy });
  const [replica] = podpecker().replicas;
  if (replica === undefined) throw new Error("one was installed");
  const dryRuns = () => metric(replica, 'podpecker_reviews_total{outcome="decided",dry_run="true"}');
  const before = await dryRuns();

  const { stdout } = await create(asking(namespace), "--dry-run=server", "--output=yaml");

  expect(parse(stdout)).toMatchObject(changed);
  expect((await read(namespace)).stderr).toContain('pods "wp-step" not found');
  expect(await dryRuns()).toBeGreaterThan(before);
  expect(replica.log).not.toContain(`"namespace":"${namespace}"`);
});

it("has kubectl print what a step does not get", async () => {
  const namespace = await stepNamespace(podpecker(), { policy });

  const { code, stderr } = await create(
    stepPod(namespace, { options: { serviceAccountName: "admin", labels: { team: "a" } } }),
  );

  expect(code).toBe(0);
  expect(stderr.trimEnd().split("\n")).toEqual([
    expect.stringMatching(/^Warning: labels\.team: "a" is not granted/),
    expect.stringMatching(/^Warning: serviceAccountName: "admin" is not granted/),
  ]);
});

it("has kubectl print all that is wrong with options that cannot be read", async () => {
  const namespace = await stepNamespace(podpecker(), { policy });
  const options = `
resources:
  requests: { memory: 512MB }
nodeSelector: { kubernetes.io/arch: "\${ARCH}" }
toleration: []
`;

  const { code, stderr } = await create(stepPod(namespace, { options }));

  expect(code).toBe(1);
  expect(stderr.trimEnd().split("\n")).toEqual([
    expect.stringContaining('admission webhook "pods.podpecker.dev" denied the request: podpecker: '),
    expect.stringMatching(/^- nodeSelector\["kubernetes.io\/arch"\]: "\$\{ARCH\}" .*\(line 4, column 37\)$/),
    expect.stringMatching(/^- resources.requests.memory: "512MB" .*\(line 3, column 23\)$/),
    expect.stringMatching(/^- toleration: .*"tolerations".*\(line 5, column 1\)$/),
    expect.stringContaining("ask: the admins of this cluster; the platform team"),
  ]);
  expect((await read(namespace)).stderr).toContain('pods "wp-step" not found');
});

it("has kubectl print whom to ask where a policy denies what it does not grant", async () => {
  const namespace = await stepNamespace(podpecker(), { policy: { ...policy, onRefusal: "deny" } });

  const { code, stderr } = await create(stepPod(namespace, { options: { serviceAccountName: "admin" } }));

  expect(code).toBe(1);
  expect(stderr).toMatch(/^Error from server \(Forbidden\): .*admission webhook "pods.podpecker.dev" denied/);
  expect(stderr).toContain('\n- serviceAccountName: "admin" is not granted');
  expect(stderr).toContain("ask: the admins of this cluster; the platform team");
});

it("tells the API server's audit log what was changed, and by which rules", async () => {
  const namespace = await stepNamespace(podpecker(), { policy });

  await create(asking(namespace));

  const noted = await auditedCreation(plane, namespace);
  expect(noted).toMatchObject({
    "pods.podpecker.dev/policies": `podpecker/default-policy,podpecker/${namespace}`,
    "pods.podpecker.dev/digest": expect.stringMatching(/^[0-9a-f]{12}$/) as string,
  });
  expect(noted["pods.podpecker.dev/changes"]?.split("\n")).toContain(
    `/spec/imagePullSecrets/0 podpecker/${namespace}#/imagePullSecrets/set/0`,
  );
  expect(noted["mutation.webhook.admission.k8s.io/round_0_index_0"]).toContain('"mutated":true');
});

it("tells the API server's audit log what a step did not get", async () => {
  const namespace = await stepNamespace(podpecker(), { policy });

  await create(stepPod(namespace, { options: { serviceAccountName: "admin" } }));

  const noted = await auditedCreation(plane, namespace);
  expect(noted["pods.podpecker.dev/findings"]).toMatch(/^not-granted: serviceAccountName: "admin" /);
});

it("tells the API server's audit log, and nobody else, what a policy in audit mode would do", async () => {
  const denying = { mode: "audit", onRefusal: "deny", labels: { set: { "acme.example/purpose": "next" } } };
  const namespace = await stepNamespace(podpecker(), { policy: denying });

  const { code, stderr } = await create(stepPod(namespace, { options: { serviceAccountName: "admin" } }));

  expect(code).toBe(0);
  expect(stderr).not.toContain(namespace);
  expect((await read(namespace)).stdout).not.toContain("acme.example/purpose");
  const noted = await auditedCreation(plane, namespace);
  expect(noted).toMatchObject({
    "pods.podpecker.dev/policies": "podpecker/default-policy",
    "pods.podpecker.dev/audited-outcome": "refused",
    "pods.podpecker.dev/audited-policies": `podpecker/default-policy,podpecker/${namespace}`,
    "pods.podpecker.dev/audited-findings": expect.stringMatching(
      /^not-granted: serviceAccountName: "admin" /,
    ) as string,
  });
});
