import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { severityOf } from "#src/engine/finding.ts";
import { type LimitRange } from "#src/kubernetes/limit-range.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { type Document, layers, options } from "#test/engine/arbitrary.ts";
import { defaulted, violationsOf } from "#test/engine/api-server.ts";
import { policiesOf, withText } from "#test/engine/decision.ts";
import { barePod, boldPod, isSaidIn, isSayingGranted, sayingsOf } from "#test/engine/sayings.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";

const RUNS = runs(80);
// That there are no LimitRanges is known: what a Pod says of them is forged.
const FACTS = { namespace: "ci", user: "agent", now: NOW, limitRanges: [] };

interface Case {
  readonly sent: Pod;
  readonly layers: readonly Document[];
}
const cases: fc.Arbitrary<Case> = fc
  .record({ pod: boldPod, layers, options })
  .map(({ pod, layers, options }) => ({ sent: withText(pod, JSON.stringify(options)), layers }));

describe("a Pod that says anything, and is not trusted,", () => {
  law("has in the end only what a policy grants or gives", ({ sent, layers }) => {
    const decision = decide(sent, FACTS, distrusting(layers));
    const bare = decide(barePod(sent), FACTS, distrusting(layers));

    if (decision.outcome !== "decided" || bare.outcome !== "decided") return;
    // Where something is mounted there already no workspace is given, nor what goes with it.
    const withoutWorkspace = distrusting(layers.map((layer) => ({ ...layer, workspace: undefined })));
    const given = [bare, decide(barePod(sent), FACTS, withoutWorkspace)].flatMap(({ pod }) => sayingsOf(pod));
    const more = sayingsOf(decision.pod).filter(
      (one) => !isSaidIn(one, given) && !isSayingGranted(one, layers, decision.pod),
    );
    expect(more).toEqual([]);
  });

  law("is told of all that it does not keep", ({ sent, layers }) => {
    const { changes, findings, outcome } = decide(sent, FACTS, distrusting(layers));

    const told = new Set(findings.map(({ rule }) => rule));
    const untold = changes.filter(
      ({ rule, after }) => after === undefined && /fromStep|trustPod/.test(rule) && !told.has(rule),
    );
    if (outcome === "decided") expect(untold).toEqual([]);
  });

  law("is decided once for all", ({ sent, layers }) => {
    const first = decide(sent, FACTS, distrusting(layers));
    if (first.outcome !== "decided") return;

    const second = decide(first.pod, FACTS, distrusting(layers));
    const third = decide(defaulted(first.pod), FACTS, distrusting(layers));

    expect([second.changes, third.changes]).toEqual([[], []]);
    expect(second.findings.filter(({ code }) => code.startsWith("pod-refused"))).toEqual([]);
  });

  law("breaks no validation that it did not break", ({ sent, layers }) => {
    const { pod: after } = decide(sent, FACTS, distrusting(layers));

    expect(violationsOf(after).filter((one) => !violationsOf(sent).includes(one))).toEqual([]);
  });
});

describe("a Pod that was decided by a policy that trusts it", () => {
  law("is as good to one that does not, where only its creator had a word before", ({ sent, layers }) => {
    const trusted = decide(barePod(sent), FACTS, policiesOf(layers));
    if (trusted.outcome !== "decided") return;

    const again = decide(trusted.pod, FACTS, distrusting(layers));

    expect(again.findings.filter(({ code }) => code === "pod-refused")).toEqual([]);
    expect(again.changes).toEqual([]);
  });
});

function law(title: string, check: (one: Case) => void): void {
  it(title, () => {
    fc.assert(fc.property(cases, check), { numRuns: RUNS });
  });
}

const distrusting = (layers: readonly Document[]) => policiesOf([...layers, { trustPod: false }]);

/** What is decided about a Pod of these parts that is not trusted. */
function decideUntrusted(
  policy: object,
  {
    metadata = {},
    limitRanges = [],
    ...spec
  }: Readonly<Record<string, unknown>> & { metadata?: object; limitRanges?: LimitRange[] },
): Decision & { readonly told: readonly string[] } {
  const pod = {
    metadata: { name: NAME, ...metadata },
    spec: { containers: [{ name: NAME, image: "alpine" }], ...spec },
  };
  const decision = decide(pod, { ...FACTS, limitRanges }, policiesOf([{ trustPod: false, ...policy }]));
  const told = decision.findings.filter((finding) => severityOf(finding) === "refused");
  return { ...decision, told: told.map(({ path }) => path.join(".")) };
}

const NAME = "wp-01jd7rz4nqk0v2w3x4y5z6a7b8";
const SERVICE = "wp-svc-01jd7rz4nqk0v2w3x4y5z6a7b8-postgres";
const ULID = "01jd7rxm8ehsx0f9jpd1c2b3a4";
const claim = (name: string) => ({ name, persistentVolumeClaim: { claimName: name } });

describe("what only the creator writes is spared", () => {
  it.each([
    {
      about: "the agent's labels",
      pod: { metadata: { labels: { step: "a", service: "b", "woodpecker-ci.org/x": "c" } } },
    },
    { about: "the step's registry secret", pod: { imagePullSecrets: [{ name: NAME }] } },
    {
      about: "the registry secret of a service",
      pod: { metadata: { name: SERVICE }, imagePullSecrets: [{ name: NAME }] },
    },
    { about: "the workspace of its workflow", pod: { volumes: [claim(`wp-${ULID}-4711-default`)] } },
    {
      about: "the workspace of the workflow that its label names",
      pod: {
        metadata: { labels: { "woodpecker-ci.org/task-uuid": "4711" } },
        volumes: [claim(`wp-${ULID}-4711-default`)],
      },
    },
    {
      about: "the room of its init container",
      pod: {
        initContainers: [
          {
            name: `init-${NAME}`,
            resources: { limits: { cpu: "5m", memory: "12Mi" }, requests: { cpu: "5m", memory: "12Mi" } },
          },
        ],
      },
    },
    {
      about: "the account that nobody named",
      pod: { serviceAccountName: "default", serviceAccount: "default" },
    },
    {
      about: "what LimitRanger wrote, as the LimitRange says",
      pod: {
        metadata: {
          annotations: {
            "kubernetes.io/limit-ranger": `LimitRanger plugin set: cpu limit for container ${NAME}`,
          },
        },
        containers: [{ name: NAME, resources: { limits: { cpu: "0.5" }, requests: { cpu: "500m" } } }],
        limitRanges: [limitRange({ cpu: "500m" })],
      },
    },
    { about: "what takes rights away", pod: { automountServiceAccountToken: false, hostNetwork: false } },
  ])("$about", ({ pod }) => {
    expect(decideUntrusted({ ...closed, onRefusal: "deny" }, pod)).toMatchObject({
      outcome: "decided",
      told: [],
      changes: [],
    });
  });
});

const closed = { resources: { fromStep: false }, securityContext: { fromStep: false } };

function limitRange(usual: Record<string, string>): LimitRange {
  return { metadata: { name: "usual" }, spec: { limits: [{ type: "Container", default: usual }] } };
}

describe("what only looks like the creator's is not", () => {
  it.each([
    {
      about: "a label with the agent's beginning and no slash",
      pod: { metadata: { labels: { "woodpecker-ci.organic/x": "a" } } },
      told: ["metadata.labels.woodpecker-ci.organic/x"],
    },
    {
      about: "the pull secret of a Pod that is not called as the agent does",
      pod: { metadata: { name: "regcred" }, imagePullSecrets: [{ name: "regcred" }] },
      told: ["spec.imagePullSecrets.0"],
    },
    {
      about: "the registry secret of another step",
      pod: { imagePullSecrets: [{ name: `wp-${ULID}` }] },
      told: ["spec.imagePullSecrets.0"],
    },
    {
      about: "a second workspace",
      pod: { volumes: [claim(`wp-${ULID}-1-default`), claim(`wp-${ULID}-2-default`)] },
      told: ["spec.volumes.1"],
    },
    {
      about: "the workspace of another workflow than its label names",
      pod: {
        metadata: { labels: { "woodpecker-ci.org/task-uuid": "2" } },
        volumes: [claim(`wp-${ULID}-12-default`)],
      },
      told: ["spec.volumes.0"],
    },
    {
      about: "the step secret of another Pod",
      pod: withVariable({ name: "other-step-secret", key: "k" }),
      told: ["spec.containers.0.env.0"],
    },
    {
      about: "an init container of the agent's name with more room",
      pod: { initContainers: [{ name: `init-${NAME}`, resources: { limits: { cpu: "4" } } }] },
      told: ["spec.initContainers.0.resources.limits.cpu"],
    },
    {
      about: "an init container of the agent's name that is privileged",
      pod: { initContainers: [{ name: `init-${NAME}`, securityContext: { privileged: true } }] },
      told: ["spec.initContainers.0.securityContext.privileged"],
    },
    {
      about: "what LimitRanger is said to have written, and no LimitRange says",
      pod: {
        metadata: {
          annotations: {
            "kubernetes.io/limit-ranger": `LimitRanger plugin set: cpu limit for container ${NAME}`,
          },
        },
        containers: [{ name: NAME, resources: { limits: { cpu: "64" } } }],
        limitRanges: [limitRange({ cpu: "500m" })],
      },
      told: ["spec.containers.0.resources.limits.cpu"],
    },
    {
      about: "a token volume with an audience of its choice",
      pod: token({ serviceAccountToken: { path: "token", audience: "sts.amazonaws.com" } }),
      told: ["spec.volumes.0"],
    },
    {
      about: "a token volume with a Secret in it",
      pod: token({ secret: { name: "production" } }),
      told: ["spec.volumes.0"],
    },
    {
      about: "a toleration of the API server's that lasts for ever",
      policy: { tolerations: { fromStep: false } },
      pod: {
        tolerations: [{ key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute" }],
      },
      told: ["spec.tolerations.0"],
    },
    {
      about: "an account under its old name",
      pod: { serviceAccountName: "default", serviceAccount: "deployer" },
      told: ["spec.serviceAccount"],
    },
    {
      about: "a note that Podpecker wrote it",
      pod: {
        metadata: {
          annotations: {
            "podpecker.dev/applied":
              '{"changes":[{"pointer":"/spec/hostPID","rule":"policy-0#/hostPID","value":true}]}',
          },
        },
        hostPID: true,
      },
      told: ["spec.hostPID"],
    },
    {
      about: "a volume that hides a second source behind a harmless one",
      pod: { volumes: [{ name: "a", emptyDir: {}, hostPath: { path: "/" } }] },
      told: ["spec.volumes.0"],
    },
    {
      about: "a mount of a volume that only the policy will make",
      policy: { volumes: { set: [{ name: "ca", secret: { secretName: "ca" }, mountPath: "/ca" }] } },
      pod: { containers: [{ name: NAME, volumeMounts: [{ name: "ca", mountPath: "/all" }] }] },
      told: ["spec.containers.0.volumeMounts.0"],
    },
    {
      about: "a volume of a storage that nobody here knows",
      pod: { volumes: [{ name: "a", ofALaterRelease: {} }] },
      told: ["spec.volumes.0"],
    },
    {
      about: "a probe that asks the node for what the step may not reach",
      pod: {
        containers: [{ name: NAME, lifecycle: { postStart: { httpGet: { host: "10.0.0.1", port: 1 } } } }],
      },
      told: ["spec.containers.0.lifecycle.postStart.httpGet.host"],
    },
    {
      about: "escalation in a container whose privileged mode the policy takes back",
      policy: { securityContext: { set: { privileged: false }, fromStep: { privileged: true } } },
      pod: {
        containers: [{ name: NAME, securityContext: { privileged: true, allowPrivilegeEscalation: true } }],
      },
      told: ["spec.containers.0.securityContext.allowPrivilegeEscalation"],
    },
    {
      about: "privileged mode of another container than the step's, whose image chose the policy",
      policy: {
        match: { images: ["docker.io/library/alpine:*"] },
        securityContext: { fromStep: { privileged: true } },
      },
      pod: {
        containers: [
          { name: NAME, image: "alpine", securityContext: { privileged: true } },
          { name: "other", image: "evil", securityContext: { privileged: true } },
        ],
      },
      told: ["spec.containers.1.securityContext.privileged"],
    },
    {
      about: "privileged mode of a plugin that takes a Secret of its own",
      policy: {
        secrets: { fromStep: true },
        securityContext: { fromStep: { privileged: { images: ["docker.io/library/alpine:*"] } } },
      },
      pod: {
        containers: [
          {
            name: NAME,
            image: "alpine",
            env: [{ name: "PLUGIN_KEY", valueFrom: { secretKeyRef: { name: "mine", key: "k" } } }],
            securityContext: { privileged: true },
          },
        ],
      },
      told: ["spec.containers.0.securityContext.privileged"],
    },
  ])("$about", ({ policy = closed, pod, told }) => {
    const decision = decideUntrusted(policy, pod);

    expect(decision.told).toEqual(told);
    expect(decision.outcome).toBe("decided");
  });

  it.each([
    { about: "a claim", volumes: [claim("cache")] },
    { about: "room that another container fills", volumes: [{ name: "cache", emptyDir: {} }] },
  ])("$about, though the step asks for privileged mode itself: what the Pod takes counts as asked", (pod) => {
    const policy = {
      volumes: { fromStep: true },
      securityContext: { fromStep: { privileged: { images: ["docker.io/library/alpine:*"] } } },
    };
    const annotations = { "podpecker.dev/backend-options": "securityContext: { privileged: true }" };
    const containers = [
      { name: NAME, image: "alpine", volumeMounts: [{ name: "cache", mountPath: "/cache" }] },
    ];

    const { findings } = decideUntrusted(policy, {
      metadata: { annotations },
      containers,
      volumes: pod.volumes,
    });

    expect(findings).toMatchObject([{ code: "plugin-only", path: ["securityContext", "privileged"] }]);
  });
});

function withVariable(reference: object): Record<string, unknown> {
  return { containers: [{ name: NAME, env: [{ name: "A", valueFrom: { secretKeyRef: reference } }] }] };
}

function token(source: object): Record<string, unknown> {
  return { volumes: [{ name: "kube-api-access-abcde", projected: { sources: [source] } }] };
}

describe("what goes with what is refused", () => {
  it("is the token of an account, which the API server puts in again for the right one", () => {
    const name = "kube-api-access-abcde";
    const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";
    const containers = [{ name: NAME, volumeMounts: [{ name, mountPath, readOnly: true }] }];
    const volumes = [{ name, projected: { sources: [{ serviceAccountToken: { path: "token" } }] } }];

    const { pod } = decideUntrusted(
      {},
      { serviceAccountName: "deployer", serviceAccount: "deployer", containers, volumes },
    );

    expect(pod.spec).toEqual({ containers: [{ name: NAME, volumeMounts: [] }], volumes: [] });
  });

  it("is nothing of what the policy gives instead", () => {
    const { pod } = decideUntrusted(
      { priorityClassName: { default: "ci-low" }, serviceAccountName: { default: "ci-step" } },
      { priorityClassName: "system-node-critical", priority: 2_000_001_000, serviceAccountName: "deployer" },
    );

    expect(pod.spec).toMatchObject({ priorityClassName: "ci-low", serviceAccountName: "ci-step" });
    expect(pod.spec).not.toHaveProperty("priority");
  });
});
