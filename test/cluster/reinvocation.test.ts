import jsonPatch from "fast-json-patch";
import { describe, expect, it } from "vitest";
import { z } from "zod";

import { sameButForDefaults } from "#src/kubernetes/defaults.ts";
import { type Container, Pod } from "#src/kubernetes/pod.ts";
import { applyForTest } from "./apply-for-test.ts";
import { auditedCreation } from "./audited-creation.ts";
import { until } from "./control-plane/until.ts";
import { createdPod, createPod } from "./create-pod.ts";
import { injectSidecar } from "./inject-sidecar.ts";
import { installed } from "./installed.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { stepPod } from "./step-pod.ts";

const plane = sharedPlane();
const podpecker = installed(plane);

const BESIDE = "beside";
const policy = {
  serviceAccountName: { set: "ci-step" },
  env: { set: { HTTPS_PROXY: "http://proxy.acme.example:3128" } },
  volumes: { set: [{ name: "ca", configMap: { name: "ca" }, mountPath: "/etc/ssl/ca", readOnly: true }] },
  resources: { default: { limits: { memory: "1Gi" } } },
  securityContext: {
    set: { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  },
};
const options = {
  nodeSelector: { "kubernetes.io/arch": "amd64" },
  securityContext: { runAsUser: 1000 },
  labels: { team: "refused" },
};

// Webhooks are called in the order of their configurations' names.
describe.each([
  { order: "before", name: "a-sidecar", rounds: ["true", "false"] },
  { order: "after", name: "z-sidecar", rounds: ["true", "true"] },
])("another webhook that is called $order Podpecker", ({ name, rounds }) => {
  it.each(["first", "last"] as const)(
    "and adds a container as the %s one: what is set holds for it, too, and the rest is as without it",
    async (at) => {
      const namespace = await stepNamespace(podpecker(), { policy });
      const metadata = { name: "ci-step", namespace };
      await applyForTest(plane, { apiVersion: "v1", kind: "ServiceAccount", metadata });
      const alone = await createdPod(plane, stepPod(namespace, { options }), { isDryRun: true });
      await injectSidecar(plane, { name, namespace, at, container: { name: BESIDE, image: "proxy:1" } });
      await until("the other webhook is called", async () => {
        const { spec } = await createdPod(plane, stepPod(namespace, { options }), { isDryRun: true });
        return spec.containers.length === 2 || undefined;
      });

      const { body, warnings } = await createPod(plane, stepPod(namespace, { options }));

      const pod = Pod.parse(body);
      expect(containerOf(pod, BESIDE)).toMatchObject({
        env: [{ name: "HTTPS_PROXY", value: "http://proxy.acme.example:3128" }],
        volumeMounts: expect.arrayContaining([
          { name: "ca", mountPath: "/etc/ssl/ca", readOnly: true },
        ]) as unknown[],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      });
      expect(withoutSidecar(pod)).toEqual(withoutSidecar(alone));
      expect(untrueEntries(pod)).toEqual([]);
      expect(rulesNoted(pod)).toEqual(expect.arrayContaining(rulesNoted(alone)));
      expect(await roundsOf(namespace)).toEqual(rounds);
      // Told in every round, and seen once.
      expect(warnings).toEqual([expect.stringContaining("labels.team")]);
    },
  );
});

function containerOf({ spec }: Pod, name: string): Container | undefined {
  return spec.containers.find((container) => container.name === name);
}

/** The spec but for the container beside the step's, and for the name of the token's volume, which is made by chance. */
function withoutSidecar({ spec }: Pod): unknown {
  const containers = spec.containers.filter(({ name }) => name !== BESIDE);
  const text = JSON.stringify({ ...spec, containers });
  return JSON.parse(text.replaceAll(/kube-api-access-[a-z0-9]{5}/g, "kube-api-access")) as unknown;
}

const Note = z.object({
  changes: z.array(z.object({ pointer: z.string(), rule: z.string(), value: z.unknown().optional() })),
});

const noteOf = ({ metadata }: Pod): z.infer<typeof Note>["changes"] =>
  Note.parse(JSON.parse(metadata?.annotations?.["podpecker.dev/applied"] ?? "{}")).changes;

/** But for what follows from an account: its token, which was taken out, is there again. */
const rulesNoted = (pod: Pod): string[] =>
  noteOf(pod)
    .map(({ rule }) => rule)
    .filter((rule) => !rule.endsWith("#/serviceAccountName"));

/** What the note says that is not so. */
function untrueEntries(pod: Pod): object[] {
  const isSo = (pointer: string, value: unknown): boolean =>
    sameButForDefaults(jsonPatch.getValueByPointer(pod, pointer), value);
  return noteOf(pod).filter(({ pointer, value }) => value !== undefined && !isSo(pointer, value));
}

const Round = z.object({ webhook: z.string(), mutated: z.boolean() });

/** Whether Podpecker changed the Pod in the first round, and in the second. */
async function roundsOf(namespace: string): Promise<string[]> {
  const noted = Object.entries(await auditedCreation(plane, namespace));
  const mutations = noted.filter(([key]) => key.startsWith("mutation.webhook.admission.k8s.io/"));
  return mutations
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([, text]) => Round.parse(JSON.parse(text)))
    .filter(({ webhook }) => webhook === "pods.podpecker.dev")
    .map(({ mutated }) => String(mutated));
}
