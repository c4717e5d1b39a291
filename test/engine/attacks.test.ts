import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { respond } from "#src/admission/respond.ts";
import { APPLIED, BACKEND_OPTIONS } from "#src/engine/annotations.ts";
import { describeFinding } from "#src/engine/finding.ts";
import { type EnvVar, type Pod } from "#src/kubernetes/pod.ts";
import { describePolicyProblem } from "#src/policy/policy.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { decideStep, policiesOf, withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";

const ROOT = join(import.meta.dirname, "../..");

const environment = (variables: Readonly<Record<string, string>>): { env: EnvVar[] } => ({
  env: Object.entries(variables).map(([name, value]) => ({ name, value })),
});

const list = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(", ");

/** What a person is told, in full. */
const told = ({ findings }: Pick<Decision, "findings">): string[] => findings.map(describeFinding);

/** What is wrong with a file of policies. */
function problemsOf(text: string): string[] {
  const { problems } = readPolicies([{ path: "a.yaml", text }], { namespace: "podpecker", promoted: [] });
  return problems.map(describePolicyProblem);
}

/** Two decisions about one Pod, as they follow each other where the webhook is called again. */
function decideTwice(
  { policy, options, container }: { policy: object; options: object | string; container?: object },
  between: (pod: Pod) => Pod = (pod) => pod,
): readonly [Decision, Decision] {
  const first = decideStep({ policy, options, ...(container === undefined ? {} : { container }) });
  const second = decide(
    between(structuredClone(first.pod)),
    { namespace: "ci", now: NOW },
    policiesOf([policy]),
  );
  return [first, second];
}

describe("a text that means something else than it seems to", () => {
  it.each(["securityContext: !!binary aGk=", "resources: !!binary aGk=", "labels: {a: !!binary aGk=}"])(
    "cannot end the decision by a tag: %s",
    (options) => {
      const { outcome, findings } = decideStep({ options });

      expect(outcome).toBe("malformed");
      expect(findings).toMatchObject([
        { code: "malformed-options", path: [BACKEND_OPTIONS], position: { line: 1 } },
      ]);
      expect(findings[0]?.message).toBe(
        'has the tag "tag:yaml.org,2002:binary"; no tags are read, only plain maps, lists, text and numbers',
      );
    },
  );

  it.each([
    "securityContext: !!omap [runAsUser: 1000, runAsNonRoot: true]",
    "securityContext: !!timestamp 2024-01-01",
    "resources: !!set {limits}",
    "!!omap [securityContext: {runAsUser: 1000}]",
    "%YAML 1.1\n---\nsecurityContext: 2024-01-01",
    "%YAML 1.1\n---\nx: {limits: {cpu: 1}}\nresources: 2024-01-01",
  ])("cannot make an option read as empty: %j", (options) => {
    const { outcome, codes } = decideStep({ options });

    expect({ outcome, codes }).toEqual({ outcome: "malformed", codes: ["malformed-options"] });
  });

  it.each([
    "version: v1\nmatch: !!omap [namespaces: [prod]]\n",
    "version: v1\nmatch: !!timestamp 2024-01-01\n",
    "%YAML 1.1\n---\nversion: v1\nmatch: 2024-01-01\n",
    "version: v1\nmatch:\n",
  ])("cannot make a policy match every Pod: %j", (text) => {
    expect(problemsOf(`${text}labels: {set: {a: b}}\n`)).toHaveLength(1);
  });

  it("cannot be text that the API server would store in other characters", () => {
    const policy = { annotations: { fromStep: true } };

    const written = decideStep({ policy, options: 'annotations: {a: "\\ud800"}' });
    const replaced = decideStep({
      policy,
      options: { annotations: { a: "${A}" } },
      container: environment({ A: "\ud800" }),
    });

    for (const { outcome, findings } of [written, replaced]) {
      expect(outcome).toBe("malformed");
      expect(findings).toMatchObject([{ code: "malformed-value", path: ["annotations", "a"] }]);
    }
  });

  it.each(["null", "123", "true", "[prod]"])(
    "cannot make a namespace's policy one of the whole cluster: %s",
    (namespace) => {
      const text = `kind: ConfigMap\nmetadata: {name: a, namespace: ${namespace}}\ndata: {policy.yaml: "version: v1"}\n`;

      expect(problemsOf(text)).toEqual([
        `a.yaml:2:32: metadata.namespace: "${namespace}" is not the name of a namespace`,
      ]);
    },
  );
});

describe("a text that is small and means much", () => {
  it("cannot fill the memory by one variable, put in hundreds of times", () => {
    const options = { annotations: { a: "${A}".repeat(900) } };

    const { pod, ...decision } = decideStep({ options, container: environment({ A: "x".repeat(2_000) }) });

    expect(decision.outcome).toBe("malformed");
    expect(decision.findings).toMatchObject([
      {
        path: ["annotations", "a"],
        message: "refers to values that are too long; all together 65536 characters are put in",
      },
    ]);
    expect(JSON.stringify(respond("u", pod, { ...decision, pod })).length).toBeLessThan(1_000);
  });

  it("cannot spread what is put in over many values", () => {
    const keys = Array.from({ length: 100 }, (_, index) => [`k${index}`, "${A}".repeat(5)]);

    const { outcome, findings } = decideStep({
      options: { annotations: Object.fromEntries(keys) as object },
      container: environment({ A: "x".repeat(1_000) }),
    });

    expect(outcome).toBe("malformed");
    expect(findings.length).toBeLessThanOrEqual(50);
  });

  it("cannot have more words and signs read than any step has to say", () => {
    const { outcome, findings } = decideStep({ options: `a: [${"1,".repeat(9_000)}]` });

    expect(outcome).toBe("malformed");
    expect(findings.map(({ message }) => message)).toEqual(["has more than 8192 words and signs"]);
  });

  it.each([
    { about: "one long key", text: `? ${"x".repeat(12_000)}\n: [${"1,".repeat(2_000)}]` },
    {
      about: "long keys in each other",
      text: `${list(10, (index) => `{"${"x".repeat(1_000)}${index}": `).replaceAll(", ", "")}1${"}".repeat(10)}`,
    },
  ])("cannot make many long paths of $about", ({ text }) => {
    const { outcome, findings } = decideStep({ options: text });

    expect(outcome).toBe("malformed");
    expect(findings[0]?.message).toMatch(/^a key is 1\d+ characters long; 512 are allowed$/);
    expect(findings.length).toBeLessThanOrEqual(10);
  });

  it("cannot put megabytes of a variable in", () => {
    const { outcome, findings } = decideStep({
      options: { annotations: { a: "${A}" } },
      container: environment({ A: "x".repeat(5_000_000) }),
    });

    expect(outcome).toBe("malformed");
    expect(told({ findings }).join("").length).toBeLessThan(300);
  });

  it.each([
    {
      about: "findings",
      text: `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [&x {matchExpressions: [${list(8, () => `{key: a, operator: In, values: [${list(20, () => '"${A}"')}]}`)}]}, ${list(89, () => "*x")}]}}}`,
    },
    {
      about: "long names",
      text: `labels: {a: &a "\${${"A".repeat(30_000)}}", ${list(90, (k) => `k${k}: *a`)}}`,
    },
  ])("cannot multiply $about by aliases", ({ text }) => {
    const { outcome, findings } = decideStep({ options: text });

    expect(outcome).toBe("malformed");
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toMatch(/^has the alias "\*[ax]"; write out what it stands for$/);
  });

  it("is told of fifty variables that are not set, not of all", () => {
    const expression = `{key: a, operator: In, values: [${list(90, () => '"${A}"')}]}`;
    const text = `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [${list(8, () => expression)}]}]}}}`;

    const { outcome, codes } = decideStep({ options: text });

    expect(outcome).toBe("malformed");
    expect(codes.filter((code) => code === "unset-variable")).toHaveLength(50);
    expect(codes.length).toBeLessThan(1024);
  });

  it("is told of a long name in few words", () => {
    const { findings } = decideStep({ options: `labels: {a: "\${${"A".repeat(30_000)}}"}` });

    expect(findings).toHaveLength(1);
    expect(told({ findings }).join("").length).toBeLessThan(500);
  });

  it.each(["]", "}", "{]", "{}", "[]", "{", "---\n", ", ", '"', "[,", "? "])(
    "is told of a run of %j in a few findings",
    (unit) => {
      const text = unit.repeat(Math.floor(32_000 / unit.length));

      const { outcome, findings } = decideStep({ options: text });

      expect(outcome).toBe("malformed");
      expect(findings.length).toBeLessThan(50);
      expect(told({ findings }).join("").length).toBeLessThan(10_000);
    },
  );
});

describe("a run of brackets", () => {
  // Near the end of the stack the process is aborted, which no test of the same process can see.
  it("cannot abort the process, however long it is", () => {
    const outcomes = outcomesInAProcess([
      "[",
      "{[",
      "[[",
      "{a: ",
      "- ",
      "? ",
      "- - ? ",
      '? "" : ',
      "? !a ",
      "? &a ",
    ]);

    expect(outcomes).toEqual(["malformed"]);
  });
});

/** All that a fresh process decides about runs of these texts, of every length. It throws where that process does not end well. */
function outcomesInAProcess(units: readonly string[]): unknown {
  const script = `
    import { decide } from "#src/admission/decide.ts";
    import { createPolicySet } from "#src/policy/policy-set.ts";
    import { readPolicies } from "#src/policy/read-policies.ts";

    const origin = { namespace: "podpecker", promoted: [] };
    const { policies } = readPolicies([{ path: "a.yaml", text: "version: v1" }], origin);
    const set = createPolicySet(policies);
    const outcomes = new Set();
    for (const unit of JSON.parse(process.argv[1]))
      for (let count = 100; count * unit.length < 32000; count += 37) {
        const annotations = { "${BACKEND_OPTIONS}": unit.repeat(count) };
        const pod = { metadata: { name: "a", annotations }, spec: { containers: [{ name: "a" }] } };
        outcomes.add(decide(pod, { namespace: "ci", now: 0 }, set).outcome);
      }
    console.log(JSON.stringify([...outcomes]));`;
  const words = ["--import", "tsx", "--input-type=module", "--eval", script, JSON.stringify(units)];
  return JSON.parse(execFileSync(process.execPath, words, { cwd: ROOT, encoding: "utf8" }));
}

describe("a step that wants another Pod's values", () => {
  it("cannot have them of a variable whose name is written with an escape", () => {
    const ask = (second: string): Decision =>
      decideStep({
        policy: { labels: { fromStep: true } },
        options: 'labels: {a: "${A}", b: "\\u0024{B}"}',
        container: environment({ A: "1", B: second }),
      });

    const one = ask("first");
    const other = ask("second");

    expect(one.pod.metadata?.labels).toEqual({ a: "1", b: "first" });
    expect(other.pod.metadata?.labels).toEqual({ a: "1", b: "second" });
    expect(JSON.stringify(other)).not.toContain("first");
  });

  it("cannot have them of a variable whose name is folded over a line", () => {
    const ask = (second: string): Decision =>
      decideStep({
        policy: { labels: { fromStep: true } },
        options: 'labels:\n  a: "${A}"\n  b: "${B\\\n    C}"\n',
        container: environment({ A: "1", BC: second }),
      });

    expect(ask("first").pod.metadata?.labels).toEqual({ a: "1", b: "first" });
    expect(ask("second").pod.metadata?.labels).toEqual({ a: "1", b: "second" });
  });
});

describe("a secret that a reference brings", () => {
  it("is in no message, though the name of a volume is derived from it", () => {
    const sent = decideStep({
      policy: { volumes: { fromStep: true }, secrets: { fromStep: true } },
      options: {
        volumes: ["${TOKEN}:/a"],
        secrets: [{ name: "${OTHER}", target: { file: "/b" } }],
      },
      container: environment({ TOKEN: "super.secret", OTHER: "other.secret" }),
    });

    const { warnings, auditAnnotations } = respond("u", sent.pod, sent);

    expect(sent.codes).toEqual(["volume-renamed", "volume-renamed"]);
    for (const text of [told(sent), warnings, auditAnnotations].map((part) => JSON.stringify(part)))
      expect(text).not.toMatch(/(super|other).?secret/);
  });
});

describe("a decision that is made twice", () => {
  it("grants a plugin again what it granted before, though the policy gave it a variable", () => {
    const [first, second] = decideTwice({
      policy: {
        onRefusal: "deny",
        env: { default: [{ name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }] },
        securityContext: { fromStep: { privileged: { images: ["docker.io/library/alpine:*"] } } },
      },
      options: { securityContext: { privileged: true } },
    });

    expect(first.outcome).toBe("decided");
    expect(first.pod.spec.containers[0]?.securityContext?.privileged).toBe(true);
    expect(second).toMatchObject({ outcome: "decided", changes: [], findings: [] });
  });

  it("refuses at once a secret's file where the policy has one", () => {
    const [first, second] = decideTwice({
      policy: {
        onRefusal: "deny",
        secrets: { set: [{ name: "corp", key: "a", target: { file: "/etc/x" } }], fromStep: true },
      },
      options: { secrets: [{ name: "mine", key: "b", target: { file: "/etc/x" } }] },
    });

    expect(first.outcome).toBe("refused");
    expect(first.findings).toMatchObject([
      { code: "mount-taken", path: ["secrets", 0], rule: "policy-0#/secrets/set/0" },
    ]);
    expect(second.findings).toEqual(first.findings);
    expect(first.pod.spec).not.toHaveProperty("volumes");
  });

  const settling: { about: string; policy: object; options: object; between: (pod: Pod) => Pod }[] = [
    {
      about: "tolerations whose empty members the API server leaves out",
      policy: {},
      options: {
        tolerations: [
          { key: "a", operator: "Exists", value: "" },
          { key: "", operator: "Exists" },
        ],
      },
      between: (pod) =>
        rewritten(pod, [
          ['"key":"",', ""],
          [',"value":""', ""],
        ]),
    },
    {
      about: "an affinity whose empty list the API server leaves out",
      policy: { affinity: { fromStep: true } },
      options: {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: "a", operator: "Exists", values: [] }] }],
            },
          },
        },
      },
      between: (pod) => rewritten(pod, [[',"values":[]', ""]]),
    },
    {
      about: "a volume whose size the API server writes in its own way",
      policy: { volumes: { set: [{ name: "a", emptyDir: { sizeLimit: "1024Mi" }, mountPath: "/a" }] } },
      options: {},
      between: (pod) => rewritten(pod, [["1024Mi", "1Gi"]]),
    },
    {
      about: "a volume and a variable whose divisor the API server adds",
      policy: {
        volumes: {
          set: [
            {
              name: "a",
              downwardAPI: {
                items: [{ path: "x", resourceFieldRef: { containerName: "step", resource: "limits.cpu" } }],
              },
              mountPath: "/a",
            },
          ],
        },
        env: { set: [{ name: "A", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } }] },
      },
      options: {},
      between: (pod) =>
        rewritten(pod, [['"resource":"limits.cpu"', '"resource":"limits.cpu","divisor":"0"']]),
    },
  ];

  it.each(settling)("adds nothing to $about", ({ policy, options, between }) => {
    const [first, second] = decideTwice({ policy, options }, between);

    expect(first.changes.length).toBeGreaterThan(0);
    expect(second).toMatchObject({ outcome: "decided", changes: [], findings: [] });
    expect(second.pod).toEqual(between(first.pod));
  });

  it("writes no profile that it would take back, though annotations are open to the step", () => {
    const key = "container.apparmor.security.beta.kubernetes.io/step";
    const profile = { apparmorProfile: { type: "RuntimeDefault" } };
    const [first, second] = decideTwice({
      policy: {
        securityContext: { set: profile, apparmor: "annotation" },
        annotations: { fromStep: { keys: [key] } },
      },
      options: { annotations: { [key]: "unconfined" } },
    });

    expect(first.findings).toMatchObject([{ code: "reserved-key", path: ["annotations", key] }]);
    expect(first.changes.map(({ after }) => after)).toEqual(["runtime/default"]);
    expect(second.changes).toEqual([]);
    expect(second.pod).toEqual(first.pod);
  });
});

/** The Pod with these texts in its spec replaced, as the API server would write them. */
function rewritten(pod: Pod, replacements: readonly (readonly [string, string])[]): Pod {
  const text = replacements.reduce(
    (spec, [written, stored]) => spec.replaceAll(written, stored),
    JSON.stringify(pod.spec),
  );
  return { ...pod, spec: JSON.parse(text) as Pod["spec"] };
}

describe("a step that wants to undo what the policy sets", () => {
  it.each<{ about: string; options: object[]; given: string[] }>([
    { about: "another Secret", options: [{ name: "mine" }], given: ["mine", "corp"] },
    {
      about: "naming it before another Secret",
      options: [{ name: "corp" }, { name: "mine" }],
      given: ["mine", "corp"],
    },
    {
      about: "naming it after another Secret",
      options: [{ name: "mine" }, { name: "corp" }],
      given: ["mine", "corp"],
    },
  ])("cannot override all keys of a Secret by $about", ({ options, given }) => {
    const { pod } = decideStep({
      policy: { secrets: { set: [{ name: "corp" }], fromStep: true } },
      options: { secrets: options },
    });

    expect(pod.spec.containers[0]?.envFrom).toEqual(given.map((name) => ({ secretRef: { name } })));
  });

  it.each([
    { about: "a part of it", differs: { subPath: "part" } },
    { about: "a path of its own choice", differs: { subPathExpr: "$(EVIL)" } },
    { about: "a way of its own to spread", differs: { mountPropagation: "Bidirectional" } },
    { about: "a weaker way to be read-only", differs: { readOnly: false } },
    { about: "a stricter way to be read-only", differs: { recursiveReadOnly: "Enabled" } },
  ])("cannot keep a mount that shows $about", ({ differs }) => {
    const wanted = { name: "ca", mountPath: "/ca", readOnly: true };
    const volume = { name: "ca", configMap: { name: "bundle" } };

    const { pod, codes } = decideStep({
      policy: { volumes: { set: [{ ...volume, mountPath: "/ca", readOnly: true }] } },
      container: { volumeMounts: [{ ...wanted, ...differs }] },
      spec: { volumes: [volume] },
    });

    expect(pod.spec.containers[0]?.volumeMounts).toEqual([wanted]);
    expect(codes).toEqual(["pod-overruled"]);
  });
});

describe("a note of what was written", () => {
  it.each([true, false])(
    "that was forged does not stand on a changed Pod where there is no room for a true one (trusted: %s)",
    (trustAnnotations) => {
      const forged = '{"changes":[{"pointer":"/x","rule":"corp#/ok","value":1}]}';
      const filler = "x".repeat(256 * 1024 - APPLIED.length - forged.length - "filler".length);
      const metadata = { name: "step", annotations: { [APPLIED]: forged, filler } };
      const pod = { metadata, spec: { containers: [{ name: "step" }] } };

      const decision = decide(
        pod,
        { namespace: "ci", now: NOW },
        policiesOf([{ trustAnnotations, labels: { set: { a: "b" } } }]),
      );

      expect(decision.pod.metadata?.labels).toEqual({ a: "b" });
      expect(decision.pod.metadata?.annotations).toEqual({ filler });
      expect(decision.findings.at(-1)).toMatchObject({ code: "applied-too-long", path: [APPLIED] });
    },
  );
});

describe("an annotation that would lift a Pod past every policy", () => {
  it("does nothing where the Pod is bound to no node", () => {
    const pod = {
      metadata: { name: "step", annotations: { "kubernetes.io/config.mirror": "x" } },
      spec: { containers: [{ name: "step" }] },
    };
    const policies = policiesOf([{ securityContext: { set: { runAsNonRoot: true } } }]);

    const decision = decide(withText(pod, ""), { namespace: "ci", now: NOW }, policies);

    expect(decision.outcome).toBe("decided");
    expect(decision.pod.spec.securityContext).toEqual({ runAsNonRoot: true });
  });
});

describe("a policy that would break every Pod is not loaded", () => {
  it.each([
    {
      about: "a volume without a source, of which the API server makes an empty one",
      section: "volumes: {set: [{name: ca, configMap: null, mountPath: /x}]}",
      problem:
        'a.yaml:2:39: volumes.set[0].configMap: "null" is not a map, the volume\'s source as Kubernetes has it',
    },
    {
      about: "a volume whose source is text",
      section: "volumes: {set: [{name: ca, hostPath: /, mountPath: /x}]}",
      problem:
        'a.yaml:2:38: volumes.set[0].hostPath: "/" is not a map, the volume\'s source as Kubernetes has it',
    },
    {
      about: "a volume whose source is a list",
      section: "volumes: {set: [{name: ca, emptyDir: [], mountPath: /x}]}",
      problem:
        'a.yaml:2:38: volumes.set[0].emptyDir: "[]" is not a map, the volume\'s source as Kubernetes has it',
    },
    {
      about: "a variable with a value from two places",
      section: "env: {set: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: a}}}]}",
      problem:
        'a.yaml:2:13: env.set[0]: "{name: A, value: x, valueFrom: {fieldRef: {fieldPath: a}}}" is not a variable: value and valueFrom exclude each other',
    },
  ])("for $about", ({ section, problem }) => {
    expect(problemsOf(`version: v1\n${section}\n`)).toEqual([problem]);
  });
});

describe("a step that wants what is another's", () => {
  it.each([
    {
      about: "the agent's workspace of another workflow",
      claim: "wp-01k4qx5t5z9e3g7j1m5q9t3w7y-4712-default",
    },
    { about: "Podpecker's workspace of another workflow", claim: "podpecker-4712-5f3c9d1e2b" },
    { about: "the same by a variable", claim: "${CLAIM}" },
  ])("does not mount $about, though it may mount any claim", ({ claim }) => {
    const { pod, codes } = decideStep({
      policy: { volumes: { fromStep: true } },
      options: { volumes: [`${claim}:/loot`] },
      container: environment({ CLAIM: "wp-01k4qx5t5z9e3g7j1m5q9t3w7y-4712-default" }),
    });

    expect(codes).toEqual(["not-granted"]);
    expect(pod.spec.volumes).toBeUndefined();
    expect(pod.spec.containers[0]?.volumeMounts).toBeUndefined();
  });

  it.each(["/:/host", "/var/run/docker.sock:/var/run/docker.sock", "../etc:/etc", { hostPath: "/" }])(
    "does not mount the node's files by %j",
    (volume) => {
      const { outcome, pod } = decideStep({
        policy: { volumes: { fromStep: true } },
        options: { volumes: [volume] },
      });

      expect(outcome).toBe("malformed");
      expect(pod.spec.volumes).toBeUndefined();
    },
  );

  it.each([{}, { serviceAccountName: { fromStep: ["ci-*"] } }])(
    "does not run as an account that no policy grants it, by %j",
    (policy) => {
      const { pod, codes } = decideStep({ policy, options: { serviceAccountName: "cluster-admin" } });

      expect(codes).toEqual(["not-granted"]);
      expect(pod.spec.serviceAccountName).toBeUndefined();
    },
  );

  it("does not see any Secret where secrets are closed, in whatever way it asks", () => {
    const ways = [
      { name: "s" },
      { name: "s", key: "k", target: { env: "K" } },
      { name: "s", key: "k", target: { file: "/k" } },
    ];

    const { pod, codes } = decideStep({ options: { secrets: ways } });

    expect(codes).toEqual(ways.map(() => "not-granted"));
    expect(pod.spec).toEqual({ containers: [{ name: "step", image: "alpine" }] });
  });
});

describe("a step that wants another policy than its own", () => {
  it("does not choose whose image is looked at, by the annotation for that", () => {
    const key = "kubectl.kubernetes.io/default-container";

    const { pod, codes } = decideStep({
      policy: { annotations: { fromStep: true } },
      options: { annotations: { [key]: "plugin" } },
    });

    expect(codes).toEqual(["reserved-key"]);
    expect(pod.metadata?.annotations?.[key]).toBeUndefined();
  });

  it("does not set a label by which policies are chosen, though it may set any", () => {
    const policies = policiesOf([
      { labels: { fromStep: true } },
      { match: { podLabels: { trust: "high" } }, serviceAccountName: { fromStep: true } },
    ]);
    const pod = { metadata: { name: "step" }, spec: { containers: [{ name: "step" }] } };
    const asking = withText(pod, "labels: { trust: high }\nserviceAccountName: cluster-admin");
    const facts = { namespace: "ci", now: NOW };

    const first = decide(asking, facts, policies);
    const second = decide(first.pod, facts, policies);

    expect(first.pod.metadata?.labels).toBeUndefined();
    expect(second.policies).toEqual(["policy-0"]);
    expect(second.pod.spec).toEqual(pod.spec);
  });

  it.each(["platform", "workflow", "workspace-path"])(
    "does not speak for its agent by the annotation podpecker.dev/%s, which it may not write",
    (name) => {
      const { pod, codes } = decideStep({
        policy: { annotations: { fromStep: true } },
        options: { annotations: { [`podpecker.dev/${name}`]: "linux/arm64" } },
      });

      expect(codes).toEqual(["reserved-key"]);
      expect(pod.spec).toEqual({ containers: [{ name: "step", image: "alpine" }] });
    },
  );

  it("does not speak for an agent that copies annotations, where the policy trusts none", () => {
    const annotations = { "podpecker.dev/platform": "linux/arm64" };
    const pod = { metadata: { name: "step", annotations }, spec: { containers: [{ name: "step" }] } };

    const decision = decide(
      pod,
      { namespace: "ci", now: NOW },
      policiesOf([{ trustAnnotations: false, platform: "linux/amd64" }]),
    );

    expect(decision.pod.spec.nodeSelector).toEqual({ "kubernetes.io/arch": "amd64" });
    expect(told(decision)).toEqual([expect.stringContaining("is not read")]);
  });
});
