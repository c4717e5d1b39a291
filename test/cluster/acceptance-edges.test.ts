import { beforeAll, describe, expect, it } from "vitest";

import { type Pod } from "#src/kubernetes/pod.ts";
import { policiesOf, withText } from "#test/engine/decision.ts";
import { ProvingGround } from "./acceptance/proving-ground.ts";
import { type Trial, tryOut } from "./acceptance/trial.ts";
import { sharedPlane } from "./shared-plane.ts";
import { NOW } from "#test/now.ts";

/** What a step asks, what the policy says, and what is odd about the Pod, its container or its metadata. */
interface Edge {
  readonly about: string;
  readonly options?: object;
  readonly policy?: object;
  readonly spec?: object;
  readonly container?: object;
  readonly metadata?: object;
}

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const toLabel = (more: object): object => ({
  podAffinity: { [REQUIRED]: [{ topologyKey: "zone", labelSelector: {}, ...more }] },
});
const mounted = (source: object): Edge => ({
  about: `a volume that is set: ${JSON.stringify(source)}`,
  policy: { volumes: { set: [{ name: "set", mountPath: "/set", ...source }] } },
});
const variable = (valueFrom: object): Edge => ({
  about: `a variable that is set: ${JSON.stringify(valueFrom)}`,
  policy: { env: { set: [{ name: "X", valueFrom }] } },
});
const claim = (name: string): object => ({ name, persistentVolumeClaim: { claimName: name } });
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";
const NOT_READY = { key: "node.kubernetes.io/not-ready", operator: "Exists", effect: "NoExecute" };
const long = (letter: string): string => `${letter}.${"x".repeat(60)}.${"y".repeat(60)}`;

const edges: readonly Edge[] = [
  mounted({ emptyDir: { sizeLimit: "0.5Gi" } }),
  mounted({ emptyDir: { medium: "", sizeLimit: 1000 } }),
  mounted({ hostPath: { path: "/x" } }),
  mounted({ csi: { driver: "a.example", readOnly: false } }),
  mounted({ image: { reference: "example.com/a:1" } }),
  mounted({ image: { reference: "example.com/a" }, subPath: "a/b" }),
  mounted({ nfs: { server: "a", path: "/x" } }),
  mounted({ secret: { secretName: "a", optional: false, items: [] } }),
  mounted({ configMap: { name: "a", optional: null, items: [{ key: "a", path: "b", mode: 256 }] } }),
  mounted({
    persistentVolumeClaim: { claimName: "a", readOnly: false },
    mountPropagation: "HostToContainer",
  }),
  mounted({ downwardAPI: { items: [{ path: "labels", fieldRef: { fieldPath: "metadata.labels" } }] } }),
  mounted({ projected: { sources: [{ serviceAccountToken: { path: "t" } }, { secret: { name: "a" } }] } }),
  mounted({
    downwardAPI: {
      items: [
        {
          path: "cpu",
          resourceFieldRef: { containerName: "step", resource: "limits.cpu", divisor: "1000m" },
        },
      ],
    },
  }),
  mounted({
    ephemeral: {
      volumeClaimTemplate: {
        spec: {
          accessModes: ["ReadWriteOnce"],
          storageClassName: "",
          resources: { requests: { storage: "1024Mi" } },
        },
      },
    },
  }),
  variable({ fieldRef: { fieldPath: "metadata.labels['a']" } }),
  variable({ resourceFieldRef: { resource: "limits.memory", divisor: "1024Ki" } }),
  variable({ resourceFieldRef: { resource: "limits.memory", divisor: 1 } }),
  variable({ secretKeyRef: { name: "a", key: "b", optional: false } }),
  {
    about: "a variable of the Pod whose value comes from elsewhere",
    policy: { env: { set: { A: "x", B: "" } } },
    container: {
      env: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }, { name: "B" }],
    },
  },
  {
    about: "the default toleration for another time",
    options: { tolerations: [{ ...NOT_READY, tolerationSeconds: 60 }] },
  },
  { about: "a toleration of every taint", policy: { tolerations: { set: [{ operator: "Exists" }] } } },
  {
    about: "two mounts of one claim whose name is no volume's",
    options: { volumes: [`${"c".repeat(64)}.x:/a`, `${"c".repeat(64)}.x:/b:ro`] },
    policy: { volumes: { fromStep: true } },
  },
  {
    about: "a claim with the name of another volume",
    options: { volumes: ["a:/a"] },
    policy: { volumes: { fromStep: true } },
    spec: { volumes: [{ name: "a", emptyDir: {} }] },
  },
  {
    about: "a Secret as file, variable and all its keys",
    options: {
      secrets: [{ name: "a", key: "k", target: { file: "/a/k" } }, { name: "a", key: "k" }, { name: "a" }],
    },
    policy: { secrets: { fromStep: true } },
  },
  {
    about: "a request above the Pod's limit",
    options: { resources: { requests: { memory: "4Gi" } } },
    container: { resources: { limits: { memory: "1Gi" } } },
  },
  {
    about: "devices beside others of the Pod",
    options: { resources: { limits: { "example.com/gpu": 2 } } },
    container: { resources: { limits: { "example.com/gpu": "1" } } },
  },
  {
    about: "huge pages of a container without cpu and memory",
    options: { resources: { limits: { "hugepages-2Mi": "2Mi" } } },
  },
  {
    about: "resources beside claims of devices",
    options: { resources: { limits: { cpu: 3 } } },
    spec: { resourceClaims: [{ name: "a", resourceClaimName: "a" }] },
    container: { resources: { claims: [{ name: "a" }] } },
  },
  {
    about: "limits of a container that says how it is resized",
    options: { resources: { limits: { cpu: 2 } } },
    container: { resizePolicy: [{ resourceName: "cpu", restartPolicy: "RestartContainer" }] },
  },
  {
    about: "what is set for a sidecar",
    policy: { resources: { set: { limits: { memory: "1Gi" } } }, env: { set: { A: "b" } } },
    spec: { initContainers: [{ name: "sidecar", image: "a:1", restartPolicy: "Always" }] },
  },
  ...["SYS_ADMIN", "CAP_SYS_ADMIN"].map((name) => ({
    about: `no escalation of a container with ${name}`,
    policy: { securityContext: { set: { allowPrivilegeEscalation: false } } },
    container: { securityContext: { capabilities: { add: [name] } } },
  })),
  {
    about: "privileged mode of a container that may not escalate",
    options: { securityContext: { privileged: true } },
    policy: { securityContext: { fromStep: { privileged: true } } },
    container: { securityContext: { allowPrivilegeEscalation: false } },
  },
  ...["hostNetwork", "hostPID", "hostIPC"].map((field) => ({
    about: `a user namespace of a Pod with ${field}`,
    policy: { hostUsers: { set: false } },
    spec: { [field]: true },
  })),
  {
    about: "a user namespace of a Pod with a block device",
    options: { hostUsers: false },
    spec: { volumes: [claim("a")] },
    container: { volumeDevices: [{ name: "a", devicePath: "/dev/x" }] },
  },
  ...["field", "annotation"].map((apparmor) => ({
    about: `an AppArmor profile as ${apparmor} beside one of the Pod`,
    policy: { securityContext: { apparmor, set: { apparmorProfile: { type: "RuntimeDefault" } } } },
    spec: { initContainers: [{ name: "first", image: "a:1" }] },
    container: { securityContext: { appArmorProfile: { type: "Unconfined" } } },
  })),
  {
    about: "nameservers beside those of a Pod that has no others",
    policy: {
      dnsConfig: {
        set: { nameservers: ["10.0.0.1", "fd00::1", "10.0.0.3"] },
        default: { options: [{ name: "x" }] },
      },
    },
    spec: { dnsPolicy: "None", dnsConfig: { nameservers: ["10.1.1.1"] } },
  },
  {
    about: "search domains that are too long together",
    policy: {
      dnsConfig: {
        set: { searches: ["a", "b", "c", "d", "e", "f", "g", "h"].map(long) },
        default: { searches: [long("z")] },
      },
    },
    spec: { dnsConfig: { searches: ["i", "j", "k", "l", "m", "n", "o", "p", "q"].map(long) } },
  },
  {
    about: "aliases in the network of the node",
    policy: { hostAliases: { set: [{ ip: "10.0.0.1", hostnames: ["a", "a"] }] } },
    spec: { hostNetwork: true },
  },
  {
    about: "a selector of a Pod that waits for somebody",
    options: { nodeSelector: { a: "b" } },
    spec: { schedulingGates: [{ name: "example.com/gate" }] },
  },
  {
    about: "a selector of a Pod that has its node",
    options: { nodeSelector: { a: "b" } },
    spec: { nodeName: "a" },
  },
  {
    about: "another account for a Pod without a token",
    options: { serviceAccountName: "b" },
    policy: { serviceAccountName: { fromStep: true } },
    spec: { serviceAccountName: "a", automountServiceAccountToken: false },
  },
  {
    about: "labels of other Pods that are as this one's, by default",
    policy: { affinity: { default: toLabel({ matchLabelKeys: ["app"] }) } },
    metadata: { labels: { app: "a" } },
  },
];

interface Objected extends Edge {
  /** What each objection says. */
  readonly reason: RegExp;
  readonly why: string;
}

/** What speaks against a result, and rightly so. A row that nothing needs any more is a failure. */
const objected: readonly Objected[] = [
  {
    about: "a claim at the place of the token",
    options: { volumes: [`a:${SERVICE_ACCOUNT}`] },
    policy: { volumes: { fromStep: true } },
    reason: /^one Pod as sent, another one else: /,
    why: "a webhook finds the token there, and tells the step",
  },
  {
    about: "labels of other Pods that are as this one's",
    policy: { affinity: { set: toLabel({ matchLabelKeys: ["app"] }) } },
    metadata: { labels: { app: "a" } },
    reason: /^decided again, .*"\/spec\/affinity"/,
    why: "the API server puts the label into the selector when it stores the Pod, after its last webhook",
  },
  {
    about: "a member that no source of volumes has",
    policy: { volumes: { set: [{ name: "a", mountPath: "/a", configMap: { name: "a", nmae: "b" } }] } },
    reason: /^decided again, .*nmae/,
    why: "the API server leaves it out, and the volume is another one",
  },
  {
    about: "a field of the Pod that there is none of",
    policy: { env: { set: [{ name: "A", valueFrom: { fieldRef: { fieldPath: "spec.nmae" } } }] } },
    reason: /field label not supported: spec\.nmae/,
    why: "what a variable comes from is the administrator's word to the API server",
  },
  {
    about: "a mount that the node sees, too, without privileged mode",
    policy: {
      volumes: {
        set: [{ name: "a", hostPath: { path: "/a" }, mountPath: "/a", mountPropagation: "Bidirectional" }],
      },
    },
    reason: /Bidirectional mount propagation is available only to privileged containers/,
    why: "the administrator's word to the API server as well",
  },
  {
    about: "no privileged mode for a mount that the node sees, too",
    policy: { securityContext: { set: { privileged: false } } },
    spec: { volumes: [{ name: "a", hostPath: { path: "/a" } }] },
    container: {
      securityContext: { privileged: true },
      volumeMounts: [{ name: "a", mountPath: "/a", mountPropagation: "Bidirectional" }],
    },
    reason: /Bidirectional mount propagation is available only to privileged containers/,
    why: "such a Pod cannot do without, and shall not run",
  },
];

/** What the API server refuses though Podpecker could have told: nothing runs, but its author reads the server's words. */
const untold: readonly Objected[] = [
  {
    about: "huge pages of a policy that come without cpu and memory",
    policy: { resources: { default: { limits: { "hugepages-2Mi": "2Mi" } } } },
    reason: /HugePages require cpu or memory/,
    why: "only what a step asks is looked at",
  },
  ...[
    { options: { securityContext: { runAsUser: 1000 } } },
    { policy: { securityContext: { set: { capabilities: { drop: ["ALL"] } } } } },
    { options: { hostUsers: false } },
  ].map((edge) => ({
    about: `what Windows does not have: ${JSON.stringify(edge)}`,
    ...edge,
    spec: { os: { name: "windows" } },
    reason: /cannot be set for a windows pod/,
    why: "the Pod's operating system is not looked at",
  })),
  {
    about: "the node's users beside an unmasked /proc",
    policy: { hostUsers: { set: true } },
    spec: { hostUsers: false },
    container: { securityContext: { procMount: "Unmasked" } },
    reason: /`hostUsers` must be false to use `Unmasked`/,
    why: "what a user namespace is needed for is not looked at",
  },
  ...["a:/x", "b:/dev/x"].map((mount) => ({
    about: `the claim ${mount} beside the block device a:/dev/x`,
    options: { volumes: [mount] },
    policy: { volumes: { fromStep: true } },
    spec: { volumes: [claim("a")] },
    container: { volumeDevices: [{ name: "a", devicePath: "/dev/x" }] },
    reason: /must not already exist (in|as a path in) volumeDevices/,
    why: "block devices are not looked at",
  })),
  {
    about: "a seccomp profile beside the annotation of long ago",
    policy: { securityContext: { set: { seccompProfile: { type: "RuntimeDefault" } } } },
    metadata: { annotations: { "seccomp.security.alpha.kubernetes.io/pod": "unconfined" } },
    reason: /seccomp type in annotation and field must match/,
    why: "the annotation is not looked at",
  },
  ...["controller.kubernetes.io/pod-deletion-cost", "scheduler.alpha.kubernetes.io/tolerations"].map(
    (key) => ({
      about: `a value that the annotation ${key} cannot have`,
      options: { annotations: { [key]: "much" } },
      policy: { annotations: { fromStep: { keys: [key] } } },
      reason: /^Pod "step" is invalid: metadata\.annotations/,
      why: "an annotation may have any value, as far as is known here",
    }),
  ),
];

let ground: ProvingGround;

beforeAll(async () => {
  const account = (serviceAccountName: string): Pod => ({ spec: { containers: [], serviceAccountName } });
  ground = await ProvingGround.of(sharedPlane(), ["a", "b"].map(account));
  return () => ground.clear();
});

describe("the API server accepts, or is never asked about,", () => {
  it.concurrent.each(edges)("$about", async (edge) => {
    expect(await objectionsTo(edge)).toEqual([]);
  });
});

describe.each([
  { group: "and rightly so", rows: objected },
  { group: "and Podpecker could have told", rows: untold },
])("the API server objects, $group, to", ({ rows }) => {
  it.concurrent.each(rows)("$about: $why", async ({ reason, ...edge }) => {
    const objections = await objectionsTo(edge);

    expect(objections).not.toEqual([]);
    for (const objection of objections) expect(objection).toMatch(reason);
  });
});

async function objectionsTo(edge: Edge): Promise<readonly string[]> {
  const { refusal, objections } = await tryOut(trialOf(edge), ground);
  expect(refusal).toBeUndefined();
  return objections;
}

function trialOf({ options = {}, policy = {}, spec = {}, container = {}, metadata = {} }: Edge): Trial {
  const pod: Pod = {
    metadata: { name: "step", namespace: "ci", ...metadata },
    spec: { containers: [{ name: "step", image: "alpine:3", ...container }], ...spec },
  };
  return {
    pod: withText(pod, JSON.stringify(options)),
    facts: { namespace: "ci", now: NOW },
    policies: policiesOf([policy]),
  };
}
