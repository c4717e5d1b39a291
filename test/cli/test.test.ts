import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";

import { TestReport } from "#src/cli/test/test-report.ts";
import { type Ended, podpecker, type Surroundings } from "./podpecker.ts";
import { directoryWith } from "./texts.ts";
import { parseXml } from "./xml.ts";

const EXAMPLES = "manifests/examples/tests";

const policy = `version: v1
description: the platform team
labels: { set: { ci: woodpecker }, fromStep: { keys: [team] } }
nodeSelector: { fromStep: { keys: [kubernetes.io/arch] } }
resources: { max: { memory: 4Gi } }
`;

const cases = (...lines: readonly string[]): string =>
  `version: v1\ncases:\n${lines.map((line) => `  - ${line}\n`).join("")}`;

const named = (case_: string, index: number): string => case_.replace("{", `{ name: case ${index},`);

/** Runs the tests of a file beside the policy acme. */
async function run(
  test: string,
  words: readonly string[] = [],
  surroundings: Surroundings = {},
): Promise<Ended> {
  const cwd = await directoryWith({ "p/acme.yaml": policy, "p/acme.test.yaml": test });
  return podpecker(["test", "p", ...words], { cwd, ...surroundings });
}

const passes = { code: 0, stderr: "" };

describe("the example tests", () => {
  it("pass", async () => {
    const { code, stdout, stderr } = await podpecker(["test", EXAMPLES]);

    expect({ code, stderr }).toEqual(passes);
    expect(stdout).toMatch(/^(\d+) cases: \1 passed$/m);
    expect(stdout).toMatch(/^\d+ of \d+ rules touched \(\d+ %\); --coverage lists the others$/m);
  });

  it.each([
    { what: "a label", from: "ci: woodpecker", to: "ci: other", fails: "defaults" },
    { what: "a gate", from: '["*-cache"]', to: "true", fails: "mounts caches" },
    { what: "a default", from: "memory: 200Mi", to: "memory: 100Mi", fails: "defaults" },
  ])("fail where $what of the policy is another one", async ({ from, to, fails }) => {
    const text = await readFile("manifests/examples/policies/small.yaml", "utf8");
    const test = await readFile(`${EXAMPLES}/small.test.yaml`, "utf8");
    expect(text).toContain(from);
    const cwd = await directoryWith({
      "policies/small.yaml": text.replace(from, to),
      "tests/small.test.yaml": test,
    });

    const { code, stdout } = await podpecker(["test", "tests"], { cwd });

    expect(code).toBe(1);
    expect(stdout).toMatch(new RegExp(`^ {2}FAILED .*${fails}`, "m"));
  });
});

describe("what is expected", () => {
  const holding = [
    "{ options: { resources: { limits: { memory: 2Gi } } }, expect: { fields: { step.resources.limits.memory: 2048Mi } } }",
    "{ options: { resources: { limits: { cpu: 500m } } }, expect: { fields: { step.resources.limits: { cpu: 0.5, memory: 4Gi } } } }",
    '{ options: { labels: { team: 1.10 } }, expect: { fields: { metadata.labels.team: "1.10" } } }',
    '{ options: "labels: { team: web }", expect: { fields: { \'metadata.labels["team"]\': web } } }',
    '{ env: { ARCH: arm64 }, options: { nodeSelector: { kubernetes.io/arch: "${ARCH}" } }, expect: { fields: { "spec.nodeSelector[\'kubernetes.io/arch\']": arm64 } } }',
    "{ options: { runtimeClassName: kata }, expect: { fields: { spec.runtimeClassName: kata }, findings: [], warnings: [] } }",
    "{ options: { labels: { other: x } }, expect: { fields: { metadata.labels.other: null }, findings: [not-granted], noOtherFindings: true } }",
    '{ options: { labels: { other: x } }, expect: { findings: [{ code: not-granted, path: labels.*, rule: "acme#/labels/*", message: "*is not granted*" }], warnings: ["*labels.other*"] } }',
    '{ options: { resources: { limits: { memory: x } } }, expect: { outcome: malformed, code: 422, message: "*resources.limits.memory*", findings: [malformed-value] } }',
    "{ expect: { policies: [acme] } }",
    "{ image: golang, labels: { x: y }, annotations: { k: v }, expect: { fields: { step.image: golang, metadata.labels.x: y, metadata.annotations.k: v } } }",
    '{ pod: { spec: { initContainers: [{ name: i }], containers: [{ name: other }, { name: wp-step }] } }, image: mine, expect: { fields: { "spec.containers[1].image": mine, "spec.containers[0].image": null, step.name: wp-step } } }',
  ];

  it("holds", async () => {
    const { code, stdout } = await run(cases(...holding.map(named)));

    expect(code).toBe(0);
    expect(stdout).toContain(`${holding.length} cases: ${holding.length} passed`);
  });

  const failing = [
    { expected: "outcome: denied", says: "outcome: expected denied, but it is decided" },
    { expected: "code: 403", says: "code: expected 403, but it is absent: the Pod runs" },
    { expected: 'message: "*"', says: "message: expected *, but it is absent: the Pod runs" },
    { expected: "policies: []", says: "policies: expected none, but it is acme" },
    {
      expected: "fields: { metadata.labels.ci: x }",
      says: "metadata.labels.ci: expected x, but it is woodpecker (acme#/labels/set/ci)",
    },
    {
      expected: "fields: { metadata.labels.ci: null }",
      says: "metadata.labels.ci: expected absent, but it is woodpecker (acme#/labels/set/ci)",
    },
    { expected: "fields: { metadata.labels.v: 1 }", says: 'metadata.labels.v: expected 1, but it is "1"' },
    {
      expected: "fields: { step.resources.limits.memory: 4.1Gi }",
      says: "step.resources.limits.memory: expected 4.1Gi, but it is 4Gi (acme#/resources/max/memory)",
    },
    {
      expected: "fields: { step.resorces.limits.memory: 4Gi }",
      says: "step.resorces.limits.memory: expected 4Gi, but it is absent; did you mean step.resources.limits.memory?",
    },
    {
      expected: 'fields: { "spec.containers[1].name": a }',
      says: "spec.containers[1].name: expected a, but it is absent; spec.containers has 1 item",
    },
    {
      expected: "fields: { spec.nodeSelector.a: b }",
      says: "expected b, but it is absent; spec has containers",
    },
    { expected: "findings: [not-granted]", says: "findings: expected not-granted, but there is none" },
    {
      expected: "findings: [{ path: labels.a }]",
      says: "findings: expected a finding with path labels.a, but there is none",
    },
    {
      expected: "findings: []",
      says: 'findings: expected none, but there is bound-clamped: resources.limits.memory: "8Gi"',
    },
    {
      expected: "findings: [{ path: resources.* }, { path: resources.* }]",
      says: "findings: expected a finding with path resources.*, but there is none",
    },
    {
      expected: "warnings: []",
      says: 'warnings: expected none, but there is resources.limits.memory: "8Gi"',
    },
    {
      expected: "warnings: [x]",
      says: 'warnings: expected x, but there is resources.limits.memory: "8Gi"',
    },
  ];

  it("does not hold, and the message says how it is", async () => {
    const ones = failing.map(
      ({ expected }) =>
        `{ labels: { v: "1" }, options: { resources: { limits: { memory: 8Gi } } }, expect: { ${expected} } }`,
    );

    const { code, stdout } = await run(cases(...ones.map(named)));

    expect(code).toBe(1);
    expect(stdout).toContain(`${failing.length} cases: 0 passed, ${failing.length} failed`);
    const told = stdout.split("  FAILED ").slice(1);
    expect(failing.filter(({ says }, index) => told[index]?.includes(says) !== true)).toEqual([]);
    expect(told[2]).toContain("at p/acme.test.yaml:5:5");
  });

  it("of fields is not there where the Pod is denied", async () => {
    const { code, stdout } = await run(
      cases("{ name: a, options: { hostUsers: x }, expect: { fields: { metadata.labels.ci: woodpecker } } }"),
    );

    expect(code).toBe(1);
    expect(stdout).toContain("fields: expected metadata.labels.ci, but it is absent: the Pod is malformed");
    expect(stdout).toContain("The decision told\n           malformed-value: hostUsers");
  });
});

describe("circumstances", () => {
  it("are those of the file where a case does not say them", async () => {
    const cwd = await directoryWith({
      "a.yaml":
        "version: v1\nmatch: { namespaces: [ci], users: [agent] }\nvalidUntil: 2027-03-31\nlabels: { set: { a: b } }\n",
      "a.test.yaml": `version: v1
namespace: ci
user: agent
at: 2027-03-31
cases:
  - { name: all of the file, expect: { outcome: decided } }
  - { name: another namespace, namespace: other, expect: { outcome: untouched } }
  - { name: a namespace of the Pod's own, pod: { metadata: { namespace: other } }, expect: { outcome: untouched } }
  - { name: another user, user: somebody, expect: { outcome: untouched } }
  - { name: a later time, at: "2027-04-01T00:00:00Z", expect: { outcome: untouched } }
`,
    });

    expect(await podpecker(["test", "a.test.yaml"], { cwd })).toMatchObject(passes);
  });

  it("are the time that the command line says, where nobody else does", async () => {
    const cwd = await directoryWith({
      "a.yaml": "version: v1\nvalidUntil: 2027-03-31\nlabels: { set: { a: b } }\n",
      "a.test.yaml": cases("{ name: a, expect: { outcome: untouched } }"),
    });

    expect((await podpecker(["test", ".", "--at", "2027-04-01"], { cwd })).code).toBe(0);
    expect((await podpecker(["test", ".", "--at", "2027-03-31"], { cwd })).code).toBe(1);
  });

  it("are Pods and LimitRanges from files", async () => {
    const cwd = await directoryWith({
      "p/acme.yaml": policy,
      "p/t/pod.yaml":
        "apiVersion: v1\nkind: Pod\nmetadata: { name: build, namespace: ci }\nspec: { containers: [{ name: build, image: golang }] }\n",
      "p/t/limits.yaml":
        "apiVersion: v1\nkind: LimitRange\nmetadata: { name: l }\nspec: { limits: [{ type: Container, max: { memory: 1Gi } }] }\n",
      "p/t/acme.test.yaml": cases(
        "{ name: a, pod: pod.yaml, limitRanges: [limits.yaml], options: { resources: { limits: { memory: 2Gi } } }, expect: { fields: { step.image: golang, step.resources.limits.memory: 1Gi } } }",
      ),
    });

    const { code, stderr, stdout } = await podpecker(["test", "p"], { cwd });

    expect({ code, stderr, stdout }).toMatchObject({
      ...passes,
      stdout: expect.stringContaining("1 passed") as unknown,
    });
  });

  it("are as if a policy in audit mode were enforced", async () => {
    const cwd = await directoryWith({
      "acme.yaml": `${policy}mode: audit\n`,
      "acme.test.yaml": cases(
        "{ name: a, expect: { policies: [acme], fields: { metadata.labels.ci: woodpecker } } }",
      ),
    });

    const { code, stdout } = await podpecker(["test", "."], { cwd });

    expect(code).toBe(0);
    expect(stdout).toContain("2 of 4 rules touched (50 %)");
  });
});

describe("what cannot be tested", () => {
  it("is told all at once, with its place and what was meant", async () => {
    const { code, stdout, stderr } = await run(`version: v1
polices: [a]
cases:
  - name: a
    expect: { fields: {} }
  - name: a
    pod: { containers: [] }
    expect: { outcome: deny, fields: { "containers[0].image": x }, findings: [not-grantd, { cod: a }] }
  - { name: b, at: tomorrow, env: { A: [] }, options: 3, expect: { outcome: denied, code: 422, fields: { spec.a: 1 } } }
  - { name: c, expect: { outcome: decided, message: x, noOtherFindings: true } }
`);

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr.split("\n").map((line) => line.replace("p/acme.test.yaml:", ""))).toEqual([
      '2:1: polices: is not known here; did you mean "policies"?',
      '5:13: cases[0].expect: "{ fields: {} }" expects nothing, so that the case could never fail; add an outcome or fields',
      '6:11: cases[1].name: "a" is the name of an earlier case',
      "7:12: cases[1].pod.containers: is not known here; known are apiVersion, kind, metadata, spec",
      '8:24: cases[1].expect.outcome: "deny" is not one of decided, untouched, denied, malformed',
      '8:40: cases[1].expect.fields["containers[0].image"]: "containers[0].image" is not the path of a field, such as spec.nodeSelector, or step.resources.limits.memory of the step\'s container',
      '8:79: cases[1].expect.findings[0]: "not-grantd" is not the code of a finding, or a map with code, path, message and rule; did you mean "not-granted"?',
      '8:93: cases[1].expect.findings[1].cod: is not known here; did you mean "code"?',
      '9:20: cases[2].at: "tomorrow" is not a day, such as 2027-04-01, which is its beginning in UTC, or a time with its zone',
      '9:40: cases[2].env.A: "[]" is not text',
      '9:55: cases[2].options: "3" is not a map or text',
      '9:91: cases[2].expect.code: "422" is not 403, which it is where the outcome is denied',
      '9:104: cases[2].expect.fields: "{ spec.a: 1 }" cannot be there where the outcome is denied: no Pod runs then',
      '10:53: cases[3].expect.message: "x" is there only where a Pod is denied, not where the outcome is decided',
      '10:73: cases[3].expect.noOtherFindings: "true" needs findings beside it; that there are none is `findings: []`',
      "",
    ]);
  });

  it.each([
    {
      what: "a Pod of the wrong shape",
      one: "{ name: a, pod: { spec: { containers: [{ image: 3 }] } }, expect: { outcome: decided } }",
      says: 'p/acme.test.yaml:3:53: cases[0].pod.spec.containers[0].image: "3" is not text',
    },
    {
      what: "a Pod that is nowhere",
      one: "{ name: a, pod: nope.yaml, expect: { outcome: decided } }",
      says: 'p/acme.test.yaml:3:21: cases[0].pod: "p/nope.yaml" cannot be read: there is no such file',
    },
    {
      what: "a namespace that is not the Pod's",
      one: "{ name: a, pod: { metadata: { namespace: x } }, namespace: y, expect: { outcome: decided } }",
      says: 'cases[0].namespace: "y" is not the namespace that the Pod names, which is x',
    },
    {
      what: "LimitRanges that are nowhere",
      one: "{ name: a, limitRanges: [l.yaml], expect: { outcome: decided } }",
      says: '"p/l.yaml" cannot be read',
    },
    { what: "no YAML", one: "{", says: "p/acme.test.yaml:4:1: is not YAML" },
  ])("is $what", async ({ one, says }) => {
    const { code, stderr } = await run(cases(one));

    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });

  it.each([
    {
      what: "a directory without tests",
      words: ["test", "empty"],
      says: '"empty" holds no tests; put a file there whose name ends in .test.yaml',
    },
    {
      what: "no directory",
      words: ["test", "nowhere"],
      says: '"nowhere" cannot be read: there is no such file or directory',
    },
    { what: "no name", words: ["test"], says: "missing required argument 'path'" },
    {
      what: "tests without policies",
      words: ["test", "alone"],
      says: 'alone/a.test.yaml: names no policies, so that those of alone count: "alone" holds tests only',
    },
    {
      what: "bad policies",
      words: ["test", "bad"],
      says: "bad/a.test.yaml: names no policies, so that those of bad count: bad/a.yaml:2:1: labls: is not known here",
    },
    {
      what: "a filter that fits nothing",
      words: ["test", "good", "--filter", "onne"],
      says: 'no case is called like "onne"; there is, for one, "one"',
    },
    {
      what: "coverage of a part",
      words: ["test", "good", "--filter", "one", "--min-coverage", "3"],
      says: "--coverage and --min-coverage are about all cases; leave out --filter",
    },
    {
      what: "more than all",
      words: ["test", "good", "--min-coverage", "101"],
      says: "It must be a whole number from 0 to 100.",
    },
  ])("is $what", async ({ words, says }) => {
    const test = cases("{ name: one, expect: { outcome: decided } }");
    const cwd = await directoryWith({
      "empty/x": "",
      "alone/a.test.yaml": test,
      "bad/a.yaml": "version: v1\nlabls: {}\n",
      "bad/a.test.yaml": test,
      "good/a.yaml": policy,
      "good/a.test.yaml": test,
    });

    const { code, stdout, stderr } = await podpecker(words, { cwd });

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
  });
});

describe("what is printed", () => {
  const test = cases(
    "{ name: holds, expect: { outcome: decided } }",
    "{ name: does not, options: { labels: { x: y } }, expect: { outcome: denied } }",
    "{ name: holds as well, expect: { outcome: decided } }",
  );

  it("is a line for each case, what is not so, the sum, and the rules that no case touches", async () => {
    const { code, stdout, stderr } = await run(test, ["--coverage"]);

    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toBe(`p/acme.test.yaml
  ok     holds
  FAILED does not
         at p/acme.test.yaml:4:5
         - outcome: expected denied, but it is decided
         The decision told
           not-granted: labels.x: "y" is not granted; of keys, the policy grants steps "team" here (acme#/labels/fromStep)
  ok     holds as well

3 cases: 2 passed, 1 failed
3 of 4 rules touched (75 %)

p/acme.yaml: no case touches
  acme#/nodeSelector/fromStep
`);
  });

  it("is only what was run", async () => {
    const bailed = await run(test, ["--bail"]);
    const filtered = await run(test, ["--filter", "AS WELL"]);
    const globbed = await run(test, ["--filter", "holds*"]);

    expect(bailed.code).toBe(1);
    expect(bailed.stdout).toMatch(/\n3 cases: 1 passed, 1 failed, 1 not run\n$/);
    expect(filtered).toMatchObject({
      code: 0,
      stdout: "p/acme.test.yaml\n  ok     holds as well\n\n1 case: 1 passed\n",
    });
    expect(globbed.stdout).toContain("2 cases: 2 passed\n");
  });

  it("fits a narrow terminal, coloured where one is", async () => {
    const narrow = await run(test, [], { env: { COLUMNS: "44" } });
    const coloured = await run(test, [], { env: { FORCE_COLOR: "1" } });

    expect(Math.max(...narrow.stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(44);
    expect(coloured.stdout).toContain("\u001b[31mFAILED\u001b[39m does not");
  });

  it("says that fewer rules are touched than are demanded", async () => {
    const good = cases("{ name: holds, expect: { outcome: decided } }");

    const enough = await run(good, ["--min-coverage", "50"]);
    const few = await run(good, ["--min-coverage", "51"]);
    const xml = await run(good, ["--min-coverage", "51", "--output", "junit"]);

    expect(enough.code).toBe(0);
    expect(few.code).toBe(1);
    expect(few.stdout).toContain("2 of 4 rules touched (50 %), fewer than the 51 % of --min-coverage");
    expect(xml.code).toBe(1);
    expect(parseXml(xml.stdout).children.at(-1)).toMatchObject({
      attributes: { name: "coverage", failures: "1" },
    });
  });

  it("names policies that no case is for, also where none names them", async () => {
    const cwd = await directoryWith({
      "p/acme.yaml": policy,
      "p/other.yaml": "version: v1\nlabels: { set: { ci: woodpecker } }\n",
      "p/acme.test.yaml": `policies: [acme.yaml]\n${cases("{ name: a, expect: { outcome: decided } }")}`,
    });

    const { stdout } = await podpecker(["test", "p", "--coverage"], { cwd });

    expect(stdout).toContain("2 of 5 rules touched (40 %)\n");
    expect(stdout).toContain("p/other.yaml: no case is for the policy other\n");
  });

  it("is JSON as its schema says", async () => {
    const { stdout } = await run(test, ["--output", "json"]);
    const schema = await podpecker(["schema", "test-report"]);

    const report = JSON.parse(stdout) as unknown;

    expect(z.fromJSONSchema(JSON.parse(schema.stdout) as never).safeParse(report).error).toBeUndefined();
    expect(TestReport.parse(report)).toMatchObject({
      passed: false,
      total: 3,
      failed: 1,
      suites: [{ cases: [{ passed: true }, { line: 4, findings: [{ code: "not-granted" }] }, {}] }],
      coverage: { percent: 75, policies: [{ name: "acme", matched: true }] },
    });
  });

  it("is JUnit XML", async () => {
    const { code, stdout } = await run(test, ["--output", "junit"]);

    expect(code).toBe(1);
    expect(parseXml(stdout)).toMatchObject({
      attributes: { tests: "3", failures: "1" },
      children: [
        {
          attributes: { name: "p/acme.test.yaml" },
          children: [
            { children: [{ attributes: { name: "policies", value: "acme" } }] },
            { attributes: { name: "holds" }, children: [] },
            {
              attributes: { name: "does not" },
              children: [{ attributes: { message: "outcome: expected denied, but it is decided" } }],
            },
            {},
          ],
        },
      ],
    });
  });
});

it("validates and serves policies without the tests beside them", async () => {
  const cwd = await directoryWith({
    "p/acme.yaml": policy,
    "p/acme.test.yaml": cases("{ name: a, expect: { outcome: decided } }"),
  });

  const { code, stdout } = await podpecker(["validate", "p"], { cwd });

  expect(code).toBe(0);
  expect(stdout).toContain("1 policy is good");
});
