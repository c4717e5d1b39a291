import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { respond } from "#src/admission/respond.ts";
import { answerReview } from "#src/admission/review.ts";
import { describeFinding } from "#src/engine/finding.ts";
import { matchesGlob } from "#src/kubernetes/glob.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { isShowable } from "#test/text/showable.ts";
import { decideStep, policiesOf, withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";

// On a busy machine, ten times what it takes; what grows with the square of a number takes far longer.
const QUICK = 2000;

const open = {
  ...Object.fromEntries(
    ["labels", "annotations", "nodeSelector", "tolerations", "affinity", "runtimeClassName"].map((one) => [
      one,
      { fromStep: true },
    ]),
  ),
  ...Object.fromEntries(
    ["serviceAccountName", "hostUsers", "volumes", "secrets", "resources", "securityContext"].map((one) => [
      one,
      { fromStep: true },
    ]),
  ),
};
const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join("");

describe("a hostile text for options is answered at once, in bounds, and in words", () => {
  it.each<{ about: string; text: () => string; outcome?: string }>([
    {
      about: "1 MiB of one value",
      text: () => `annotations: {a: "${"x".repeat(1024 * 1024)}"}`,
      outcome: "malformed",
    },
    {
      about: "16k keys in a map",
      text: () => `labels: {${many(16_384, (index) => `k${index}: v,`)}}`,
      outcome: "malformed",
    },
    {
      about: "as many keys as there is room for",
      text: () => `labels: {${many(3_500, (index) => `k${index}: v,`)}}`,
    },
    {
      about: "as many unknown options as there is room for",
      text: () => many(3_000, (index) => `k${index}: v\n`),
    },
    {
      about: "as many bad values as there is room for",
      text: () => `labels: {${many(3_000, (index) => `k${index}: $,`)}}`,
      outcome: "malformed",
    },
    {
      about: "as many tolerations as there is room for",
      text: () => `tolerations: [${many(1_000, (index) => `{key: k${index}, operator: Exists},`)}]`,
    },
    {
      about: "as many volumes as there is room for",
      text: () => `volumes: [${many(2_500, (index) => `a${index}:/b${index},`)}]`,
    },
    {
      about: "one volume as often as there is room for",
      text: () => `volumes: [${many(2_500, (index) => `a:/b${index},`)}]`,
    },
    {
      about: "as many secrets as there is room for",
      text: () => `secrets: [${many(2_000, (index) => `{name: a${index}},`)}]`,
    },
    {
      about: "as many secret files as there is room for",
      text: () => `secrets: [${many(700, (index) => `{name: a${index}, target: {file: /b${index}}},`)}]`,
    },
    {
      about: "as many capabilities as there is room for",
      text: () => `securityContext: {capabilities: {drop: [${many(4_000, (index) => `A${index},`)}]}}`,
    },
    {
      about: "as many resources as there is room for",
      text: () => `resources: {limits: {${many(1_800, (index) => `a/b${index}: 1,`)}}}`,
    },
    {
      about: "as many references as there is room for",
      text: () => `annotations: {a: "${many(3_000, (index) => `\${A${index}:-b}`)}"}`,
      outcome: "decided",
    },
    {
      about: "openings in a row",
      text: () => `annotations: {a: "${"${A:-".repeat(6_000)}"}`,
      outcome: "malformed",
    },
    {
      about: "dollars in a row",
      text: () => `annotations: {a: "${"$".repeat(30_000)}"}`,
      outcome: "decided",
    },
    {
      about: "as many duplicates as there is room for",
      text: () => "a: 1\n".repeat(6_000),
      outcome: "malformed",
    },
    { about: "as many errors as there is room for", text: () => "]\n".repeat(15_000), outcome: "malformed" },
    {
      about: "as many anchors as there is room for",
      text: () => `${many(5_000, (index) => `&a${index} `)}x`,
      outcome: "malformed",
    },
    {
      about: "aliases of one scalar",
      text: () => `labels: {a: &a x, ${many(3_000, (index) => `b${index}: *a, `)}}`,
      outcome: "malformed",
    },
    { about: "nothing but spaces", text: () => " \t\n".repeat(10_000), outcome: "decided" },
    {
      about: "a quantity of thousands of digits",
      text: () => `resources: {limits: {cpu: ${"9".repeat(30_000)}}}`,
      outcome: "malformed",
    },
    {
      about: "a huge exponent",
      text: () => "resources: {limits: {cpu: 1e999999999, memory: 1e-999999999}}",
      outcome: "malformed",
    },
    {
      about: "numbers that are none",
      text: () => "resources: {limits: {cpu: .nan, memory: -.inf}}\nsecurityContext: {runAsUser: .inf}",
      outcome: "malformed",
    },
    {
      about: "numbers beyond the integers",
      text: () => "securityContext: {runAsUser: 9007199254740993, fsGroup: 18446744073709551616}",
      outcome: "malformed",
    },
    {
      about: "seconds beyond the integers",
      text: () => "tolerations: [{key: a, effect: NoExecute, tolerationSeconds: 1e300}]",
      outcome: "malformed",
    },
    {
      about: "objects' own members",
      text: () =>
        "labels: {constructor: a, toString: b, valueOf: c, hasOwnProperty: d}\nconstructor: x\ntoString: y",
      outcome: "decided",
    },
    {
      about: "a prototype",
      text: () => '{"__proto__": {"labels": {"a": "b"}}, "labels": {"__proto__": "x"}}',
      outcome: "malformed",
    },
    {
      about: "a prototype in other letters",
      text: () => '{"\\u005f_proto__": {"labels": {"a": "b"}}}',
      outcome: "malformed",
    },
    {
      about: "a constructor's prototype",
      text: () => '{"constructor": {"prototype": {"labels": {"a": "b"}}}}',
      outcome: "decided",
    },
    {
      about: "control characters in a value",
      text: () => JSON.stringify({ runtimeClassName: "a\r\nX: y\u001b[2J\u202e\u0085\u0000" }),
      outcome: "malformed",
    },
    {
      about: "control characters in a key",
      text: () => JSON.stringify({ "a\r\nX: y\u001b[2J\u202e\u0085": 1, labels: { "b\r\n\u202e": "x" } }),
      outcome: "malformed",
    },
    { about: "a lone surrogate", text: () => 'annotations: {a: "\\ud83d"}', outcome: "malformed" },
    {
      about: "YAML 1.1",
      text: () =>
        "%YAML 1.1\n---\nlabels: {a: yes, b: 1:30, <<: {c: d}}\nx: !!set {a}\ny: !!omap [a: 1]\nz: !!binary aGk=\nw: !!timestamp 2001-01-01",
      outcome: "malformed",
    },
    { about: "a merge key", text: () => "a: &a {b: c}\nlabels: {<<: *a}", outcome: "malformed" },
    { about: "a tag", text: () => "labels: !!js/function 'function () {}'", outcome: "malformed" },
    { about: "a number for the options", text: () => "1e9999", outcome: "malformed" },
    {
      about: "a number for every option",
      text: () =>
        Object.keys(open)
          .map((one) => `${one}: 5`)
          .join("\n"),
      outcome: "malformed",
    },
    {
      about: "a list for every option",
      text: () =>
        Object.keys(open)
          .map((one) => `${one}: [[]]`)
          .join("\n"),
      outcome: "malformed",
    },
  ])("$about", ({ text, outcome }) => {
    const written = text();
    const started = performance.now();
    const decision = decideStep({ policy: open, options: written });
    const elapsed = performance.now() - started;

    if (outcome === undefined) expect(["decided", "malformed"]).toContain(decision.outcome);
    else expect(decision.outcome).toBe(outcome);
    expect(elapsed).toBeLessThan(QUICK);
    for (const finding of decision.findings) expect(isShowable(describeFinding(finding))).toBe(true);
    expect(JSON.stringify(respond("u", decision.pod, decision)).length).toBeLessThan(256 * 1024);
  });

  it.each([
    { about: "lists", open: "[", close: "]" },
    { about: "maps", open: "{a: ", close: "}" },
    { about: "JSON maps", open: '{"a": ', close: "}" },
    { about: "block lists", open: "- ", close: "" },
    { about: "keys", open: "? ", close: "" },
  ])("$about at every depth", ({ open: opening, close }) => {
    const depths = [10, 100, 500, 1_000, 1_500, 2_000, 5_000];
    // What has no end of its own stands alone.
    const options = close === "" ? [""] : ["affinity: ", "annotations: ", "x: ", ""];
    const texts = depths.flatMap((depth) =>
      options.map(
        (option) => option + opening.repeat(depth) + (close === "" ? "a" : "1") + close.repeat(depth),
      ),
    );

    for (const text of texts) {
      const { outcome, findings } = decideStep({ policy: open, options: text });

      expect(["decided", "malformed"]).toContain(outcome);
      expect(findings.length).toBeGreaterThan(0);
      expect(findings.length).toBeLessThan(200);
    }
  });

  it("bounds every message, however long names and values are", () => {
    const long = "x".repeat(10_000);
    const { findings } = decideStep({
      policy: open,
      options: {
        [long]: long,
        runtimeClassName: long,
        volumes: [long],
        tolerations: [{ key: long, effect: long }],
      },
    });

    for (const finding of findings) expect(describeFinding(finding).length).toBeLessThan(600);
  });
});

describe("a hostile Pod is answered at once", () => {
  const names = ["__proto__", "constructor", "toString"];
  const hostileMap = JSON.parse(`{${names.map((name) => `"${name}": "x"`).join(",")}}`) as Record<
    string,
    string
  >;
  const policies = policiesOf([
    {
      ...open,
      labels: { set: { a: "b" }, fromStep: true },
      annotations: { set: { a: "b" } },
      nodeSelector: { set: { a: "b" } },
      match: { podLabels: { constructor: "x" } },
    },
  ]);
  const pod = JSON.parse(
    JSON.stringify({
      metadata: { name: "a", labels: "HERE", annotations: "HERE" },
      spec: {
        containers: [
          {
            name: "a",
            env: [{ name: "__proto__", value: "${X}" }, { name: "constructor" }],
            resources: { requests: { constructor: "1" } },
          },
        ],
        nodeSelector: "HERE",
        __proto__x: 1,
      },
    }).replaceAll('"HERE"', JSON.stringify(hostileMap).replace("{", '{"__proto__":"y",')),
  ) as Pod;

  it("with keys that objects have already, which it keeps", () => {
    const decision = decide(withText(pod, "labels: {valueOf: z}"), { namespace: "ci", now: NOW }, policies);

    expect(decision.outcome).toBe("decided");
    expect(Object.getOwnPropertyNames(decision.pod.metadata?.labels)).toEqual(
      expect.arrayContaining([...names.slice(1), "a", "valueOf"]),
    );
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });

  it("with thousands of variables, volumes and labels", () => {
    const size = 5_000;
    const list = (make: (index: number) => object): object[] =>
      Array.from({ length: size }, (_, index) => make(index));
    const large = {
      metadata: {
        name: "a",
        labels: Object.fromEntries(list((index) => [`k${index}`, "v"]) as never),
      },
      spec: {
        containers: [
          {
            name: "a",
            env: list((index) => ({ name: `E${index}`, value: "v" })),
            volumeMounts: list((index) => ({ name: `v${index}`, mountPath: `/m${index}` })),
          },
        ],
        volumes: list((index) => ({ name: `v${index}`, emptyDir: {} })),
        tolerations: list((index) => ({ key: `k${index}`, operator: "Exists" })),
      },
    } as Pod;
    const rules = {
      ...open,
      env: { set: { A: "b" } },
      volumes: { set: [{ name: "ca", emptyDir: {}, mountPath: "/ca" }], fromStep: true },
    };

    const started = performance.now();
    const { outcome } = decide(
      withText(large, "{labels: {a: b}, volumes: [c:/c], tolerations: [{key: z, operator: Exists}]}"),
      { namespace: "ci", now: NOW },
      policiesOf([rules]),
    );

    expect(outcome).toBe("decided");
    expect(performance.now() - started).toBeLessThan(QUICK);
  });

  it("with names that hold control characters, which reach no message", () => {
    const { findings } = decideStep({
      policy: {
        securityContext: { fromStep: { privileged: { images: ["*"] } } },
        volumes: { fromStep: true },
      },
      options: { securityContext: { privileged: true }, volumes: ["a:/a"] },
      container: {
        name: "step",
        env: [{ name: "X\r\nSet-Cookie: \u001b[2J\u202e", value: "" }],
        volumeMounts: [{ name: "v\r\n\u202e", mountPath: "/a" }],
      },
      spec: { volumes: [{ name: "v\r\n\u202e", persistentVolumeClaim: { claimName: "a" } }] },
    });

    for (const finding of findings) expect(isShowable(describeFinding(finding))).toBe(true);
  });

  it("whose note of an earlier decision is deeper than anybody can walk", () => {
    const value = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const note = `{"changes":[{"pointer":"/metadata/labels/a","rule":"policy-0#/labels/set/a","value":${value}}]}`;
    const metadata = { name: "a", labels: { a: "b" }, annotations: { "podpecker.dev/applied": note } };
    const object = { metadata, spec: { containers: [{ name: "a" }] } };
    const request = { uid: "u", namespace: "ci", object };
    const body = JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request });

    const policies = policiesOf([{ labels: { set: { a: "b" } }, nodeSelector: { set: { disk: "ssd" } } }]);
    const { record } = answerReview(body, policies, { now: NOW });

    expect(record.outcome).toBe("decided");
  });

  it("that is deep where nobody looks, and kept", () => {
    const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
    const object = JSON.stringify({
      metadata: { name: "a" },
      spec: { containers: [{ name: "a" }], x: "DEEP" },
    }).replace('"DEEP"', deep);
    const body = `{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","namespace":"ci","object":${object}}}`;

    const { status } = answerReview(body, policiesOf([{ labels: { set: { a: "b" } } }]), { now: NOW });

    expect(status).toBe(200);
  });
});

describe("nothing is slow", () => {
  it.each([
    { about: "stars", pattern: "*a".repeat(5_000), text: "a".repeat(10_000) },
    { about: "stars that fit nothing", pattern: `${"*a".repeat(5_000)}b`, text: "a".repeat(10_000) },
    { about: "nothing but stars", pattern: "*".repeat(100_000), text: "a".repeat(100_000) },
    { about: "a long part that nearly fits", pattern: `*${"a".repeat(5_000)}b*`, text: "a".repeat(50_000) },
  ])("in globs of $about", ({ pattern, text }) => {
    const started = performance.now();
    matchesGlob(pattern, text);

    expect(performance.now() - started).toBeLessThan(QUICK);
  });

  it.each([
    {
      about: "many layers of lists",
      text: () => `version: v1\nvolumes: {fromStep: [${many(20_000, (index) => `a${index},`)}]}`,
    },
    {
      about: "a long list under set",
      text: () => `version: v1\nimagePullSecrets: {set: [${many(2_000, (index) => `a${index},`)}]}`,
    },
    { about: "many unknown keys", text: () => `version: v1\n${many(3_000, (index) => `k${index}: v\n`)}` },
    {
      about: "an alias bomb",
      text: () =>
        `a: &a [x,x]\n${many(20, (index) => `a${index}: &a${index} [*a${index === 0 ? "" : index - 1},*a${index === 0 ? "" : index - 1}]\n`)}`,
    },
  ])("in a policy with $about", ({ text }) => {
    const written = text();
    const started = performance.now();
    const { problems } = readPolicies([{ path: "a.yaml", text: written }], {
      namespace: "podpecker",
      promoted: [],
    });

    expect(performance.now() - started).toBeLessThan(2 * QUICK);
    expect(problems.length).toBeGreaterThanOrEqual(0);
  });
});
