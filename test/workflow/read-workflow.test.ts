import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { BACKEND_OPTIONS } from "#src/engine/annotations.ts";
import { isDnsLabel, isLabelValue } from "#src/kubernetes/names.ts";
import { Pod } from "#src/kubernetes/pod.ts";
import { describeProblem, type Problem } from "#src/text/problem.ts";
import { readWorkflow } from "#src/workflow/read-workflow.ts";
import { FACTS, readExamplePolicy } from "#test/examples/examples.ts";
import { runs } from "#test/runs.ts";

const read = (text: string, variables: Readonly<Record<string, string>> = {}) =>
  readWorkflow("build", text, { variables: new Map(Object.entries(variables)) });

const told = (problems: readonly Problem[]): string[] =>
  problems.map((problem) => {
    const { line, column } = problem.position ?? { line: 0, column: 0 };
    return `${line}:${column} ${describeProblem(problem)}`;
  });

const first = (text: string, variables: Readonly<Record<string, string>> = {}) => {
  const { runs: made, problems } = read(`skip_clone: true\n${text}`, variables);
  expect(told(problems)).toEqual([]);
  const [step] = made[0]?.steps ?? [];
  if (step === undefined) throw new Error("no step was made");
  return step;
};

const env = (pod: Pod) =>
  Object.fromEntries(
    (pod.spec.containers[0]?.env ?? []).map((one) => [one.name, one.value ?? one.valueFrom]),
  );

describe("readWorkflow", () => {
  it("takes steps as a list and as a map, services and an own clone", () => {
    const { runs: made } = read(`
clone: { git: { image: alpine/git, settings: { depth: 1 } } }
services: [{ name: db, image: postgres }]
steps: { build: { image: go, commands: make }, lint: { name: other, image: lint } }`);

    expect(made[0]?.steps.map(({ step, pod }) => [step.kind, step.name, pod.metadata?.name])).toEqual([
      ["clone", "git", "wp-git"],
      ["service", "db", "wp-svc-db"],
      ["commands", "build", "wp-build"],
      ["plugin", "other", "wp-other"],
    ]);
  });

  it("clones by itself, with tags for a tag", () => {
    const clone = read("steps: [{ image: a }]", { CI_PIPELINE_EVENT: "tag" }).runs[0]?.steps[0];

    expect(clone?.step.name).toBe("clone");
    expect(env(clone?.pod ?? { spec: { containers: [] } })).toMatchObject({
      PLUGIN_DEPTH: "0",
      PLUGIN_TAGS: "true",
    });
  });

  it("makes settings, variables and secrets the environment that server and agent make of them", () => {
    const { pod } = first(`
matrix: { include: [{ GO: 1.20 }] }
steps:
  - image: plugin
    settings: { a.b-c: 1.10, list: [1, x, true], deep: [{ k: 1 }], empty:, flag: true, s: { from_secret: x }, l: [{ from_secret: y }], n: 9007199254740993 }`);
    const secret = (key: string) => ({ secretKeyRef: { name: "wp-step-0-step-secret", key } });

    expect(env(pod)).toEqual({
      CI_WORKSPACE: "/woodpecker/src",
      PLUGIN_A_B_C: "1.1",
      PLUGIN_LIST: "1,x,true",
      PLUGIN_DEEP: '[{"k":1}]',
      PLUGIN_FLAG: "true",
      PLUGIN_S: secret("PLUGIN_S"),
      PLUGIN_L: secret("PLUGIN_L"),
      PLUGIN_N: "9007199254740993",
    });
  });

  it("gives a script the variables of the matrix, and lets no step say which platform its agent has", () => {
    const { pod } = first(
      `
matrix: { include: [{ GO: 1.20, CI_WORKSPACE: no }] }
labels: { platform: linux/riscv64 }
steps:
  - image: go
    environment: [A=1=2, B]
    secrets: [token, { source: x, target: y }]
    commands: [make]`,
    );

    expect(env(pod)).toMatchObject({
      GO: "1.20",
      A: "1=2",
      B: "",
      CI_SYSTEM_PLATFORM: "linux/riscv64",
      TOKEN: { secretKeyRef: { key: "TOKEN" } },
      Y: { secretKeyRef: { key: "Y" } },
    });
    const forged = first("steps: [{ image: a, environment: { CI_SYSTEM_PLATFORM: x/y } }]");
    expect(env(forged.pod)).not.toHaveProperty("CI_SYSTEM_PLATFORM");
  });

  it("asks for the volumes of a step and for privileged mode among its options", () => {
    const { pod, placeOf } = first(`
steps:
  - image: a
    privileged: yes
    volumes:
      - cache:/cache
      - other:/other
    backend_options:
      kubernetes:
        volumes: ["own:/own", "cache:/cache"]
        securityContext: { runAsUser: 1 }`);

    expect(pod.metadata?.annotations?.[BACKEND_OPTIONS]).toBe(`volumes:
  - own:/own
  - cache:/cache
  - other:/other
securityContext:
  runAsUser: 1
  privileged: true
`);
    expect(placeOf({ line: 2, column: 5 })).toEqual({ line: 11, column: 19 });
    expect(placeOf({ line: 4, column: 5 })).toEqual({ line: 8, column: 9 });
    expect(placeOf({ line: 7, column: 15 })).toEqual({ line: 5, column: 17 });
    expect(placeOf({ line: 7, column: 3 })).toEqual({ line: 5, column: 5 });
  });

  it("leaves alone who says in the options that nothing is privileged", () => {
    const { pod } = first(
      "steps: [{ image: a, privileged: true, backend_options: { kubernetes: { securityContext: { privileged: false } } } }]",
    );

    expect(pod.metadata?.annotations?.[BACKEND_OPTIONS]).toBe("securityContext:\n  privileged: false\n");
  });

  it("merges maps and lists", () => {
    const { pod } = first(`
variables:
  - &base { image: a, environment: { X: 1 } }
  - &more { image: b, directory: /d }
  - &lines [one, two]
steps:
  - <<: [*base, *more]
    commands: [zero, { <<: *lines }, three]`);

    expect(pod.spec.containers[0]).toMatchObject({ image: "a", workingDir: "/woodpecker" });
    const script = pod.spec.containers[0]?.env?.find(({ name }) => name === "CI_SCRIPT")?.value;
    expect(Buffer.from(script ?? "", "base64").toString()).toBe(
      'mkdir -p "/d"\ncd "/d"\nzero\none\ntwo\nthree\n',
    );
  });

  it("knows places beside steps that were merged in, and behind what was replaced", () => {
    const { problems } = read(
      `x: &x [{ name: a, image: a }, { name: b, image: b }]
steps:
  - <<: *x
  - name: \${LONG} # moves what comes after it
    image: 1
    detach: \${LONG} x`,
      { LONG: "a very long value" },
    );

    expect(told(problems)).toEqual(['6:13 steps[2].detach: "a very long value x" is not true or false']);
  });

  it("tells everything that is wrong at once, with suggestions", () => {
    const {
      problems,
      notes,
      runs: made,
    } = read(`
steps:
  - name: build
    comands: [make]
  - name: test
    image: go
    commands: [make]
    settings: { a: 1 }
    depends_on: [buld, { name: gone, optional: true }]
    ports: [http]
services: 5
workspace: { base: /x, bas: y }`);

    expect(made).toEqual([]);
    expect(told(problems)).toEqual([
      "3:5 steps[0].image: is missing or is not the name of an image",
      '10:13 steps[1].ports[0]: "http" is not a port such as 8080 or 8080/udp',
      '11:11 services: "5" is not a list of steps',
    ]);
    expect(told(notes)).toEqual([
      '4:5 steps[0].comands: is not known here; did you mean "commands"?',
      '12:24 workspace.bas: is not known here; did you mean "base"?',
    ]);
  });

  it("refuses a script beside settings, and dependencies on no step", () => {
    const { problems } = read(`
steps:
  - { name: build, image: a, commands: [b], settings: { c: 1 } }
  - { name: test, image: a, depends_on: [buld, { name: gone, optional: true }] }`);

    expect(told(problems)).toEqual([
      "3:30 steps[0].commands: is beside settings, which are for plugins; Woodpecker takes only one of them",
      '4:42 steps[1].depends_on[0]: "buld" is the name of no step here; did you mean "build"?',
    ]);
  });

  it.each([
    ["", "steps: are missing: a workflow has steps, a list of maps with a name and an image"],
    ["steps:", "steps: are missing"],
    ["- a", "is not a map with the keys"],
    ["a: [", "is not YAML"],
    ["a: 1\n---\nb: 2", "holds more than one document"],
    ["steps:\n  - image: ${X", "has ${X without a closing brace"],
    ["a: *x", "has too many aliases, or one without an anchor"],
    ["x".repeat(300_000), "is 300000 characters long"],
    [`a: ${"[".repeat(100)}${"]".repeat(100)}`, "is nested too deeply"],
    [`steps: [${"a,".repeat(60_000)}]`, "has more than 100000 words and signs"],
  ])("does not read %j", (text, message) => {
    const { problems, runs: made } = read(text);

    expect(made).toEqual([]);
    expect(told(problems).join("\n")).toContain(message);
  });

  it("does not let aliases make a large value of a small text", () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? "a0: &a0 [x, x, x, x, x, x, x, x]"
        : `a${level}: &a${level} [${`*a${level - 1},`.repeat(8)}]`,
    );

    const { problems } = read(
      `${levels.join("\n")}\nsteps: [{ image: a, backend_options: { kubernetes: *a11 } }]`,
    );

    expect(told(problems).join()).toContain("too many aliases");
  });

  it("says where options are that no backend reads", () => {
    const { notes } = read("steps: [{ image: a, backend_options: { resources: {}, kubernets: {} } }]");

    expect(told(notes)).toEqual([
      "1:40 steps[0].backend_options.resources: is the name of no backend, and is not read; what is for Pods stands one level further in, below kubernetes",
      "1:55 steps[0].backend_options.kubernets: is the name of no backend, and is not read; did you mean kubernetes?",
    ]);
  });

  it("leaves out what does not run for the event and the branch, where these are known", () => {
    const text = `
steps:
  - { name: a, image: a, when: { event: tag } }
  - { name: b, image: a, when: [{ event: tag }, { event: [push, cron], branch: main }] }
  - { name: c, image: a, when: { branch: { exclude: main } } }
  - { name: d, image: a, when: { branch: "release/*" } }
  - { name: e, image: a, when: { evaluate: 'CI_COMMIT_AUTHOR == "x"' } }`;
    const names = (variables: Readonly<Record<string, string>>) =>
      read(text, variables)
        .runs[0]?.steps.map(({ step }) => step.name)
        .join("");

    expect(names({})).toBe("cloneabcde");
    expect(names({ CI_PIPELINE_EVENT: "push", CI_COMMIT_BRANCH: "main" })).toBe("clonebe");
    expect(names({ CI_PIPELINE_EVENT: "push", CI_COMMIT_BRANCH: "release/1" })).toBe("clonecde");
    expect(names({ CI_PIPELINE_EVENT: "tag", CI_COMMIT_BRANCH: "main" })).toBe("cloneabcde");
    expect(read(`when: { event: tag }${text}`, { CI_PIPELINE_EVENT: "push" }).runs[0]?.steps).toEqual([]);
  });
});

const policies = ["small", "hardened", "agent"].map((name) => readExamplePolicy(name));
const anyName = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.constantFrom("build", "My Step", "ß", "-x-", "a.b"),
);
const options = fc.constantFrom<unknown>(
  undefined,
  { resources: { limits: { memory: "1Gi" } } },
  { nodeSelector: { "kubernetes.io/arch": "arm64" } },
  { volumes: ["a-cache:/a"] },
  { securityContext: { runAsUser: 0 } },
  5,
  { resources: [] },
);
const stepOf = fc.record(
  {
    name: anyName,
    image: fc.constantFrom("alpine", "golang:1.25"),
    commands: fc.array(fc.string(), { maxLength: 3 }),
    privileged: fc.boolean(),
    volumes: fc.array(fc.constantFrom("a-cache:/a", "/data", "b:/b:ro"), { maxLength: 2 }),
    environment: fc.dictionary(fc.stringMatching(/^[A-Z]{1,5}$/), fc.string(), { noNullPrototype: true }),
    directory: fc.constantFrom("", "sub", "/abs", "../.."),
    backend_options: options.map((kubernetes) => ({ kubernetes })),
  },
  { requiredKeys: ["image"] },
);
const workflow = fc.record({
  steps: fc.array(stepOf, { minLength: 1, maxLength: 4 }),
  services: fc.array(stepOf, { maxLength: 2 }),
  skip_clone: fc.boolean(),
  matrix: fc.dictionary(
    fc.constantFrom("A", "B", "C"),
    fc.array(fc.stringMatching(/^[a-z0-9]{0,3}$/), { minLength: 1, maxLength: 3 }),
    {
      noNullPrototype: true,
    },
  ),
});

describe("any workflow", () => {
  // A dollar sign has a meaning of its own, which other tests are about.
  const text = workflow.map((value) => ({ value, text: JSON.stringify(value).replaceAll("$", "") }));

  test.prop([text], { numRuns: runs(50) })(
    "comes to one Pod for each step and combination, and each can be decided about",
    ({ value, text: written }) => {
      const { runs: made, problems } = read(written);

      expect(told(problems)).toEqual([]);
      const product = Object.values(value.matrix).reduce((count, list) => count * list.length, 1);
      const steps = value.steps.length + value.services.length + (value.skip_clone ? 0 : 1);
      expect(made).toHaveLength(product);
      for (const { steps: pods } of made) {
        expect(pods).toHaveLength(steps);
        for (const { pod } of pods) expectValid(pod);
      }
    },
  );

  test.prop(
    [
      fc.string({
        unit: fc.constantFrom(
          "steps:",
          " ",
          "\n",
          "- ",
          "image: a",
          "${A}",
          "{",
          "}",
          "<<: ",
          "*a",
          "&a ",
          "matrix:",
          "[",
          "]",
          "A: 1",
          "'",
        ),
      }),
    ],
    {
      numRuns: runs(150),
    },
  )("of such words is read or told about, never thrown at", (words) => {
    const { runs: made, problems } = read(words);

    expect(problems.length > 0 ? made : []).toEqual([]);
  });
});

function expectValid(pod: Pod): void {
  expect(Pod.safeParse(pod).success).toBe(true);
  expect(isDnsLabel(pod.metadata?.name ?? "")).toBe(true);
  expect(Object.values(pod.metadata?.labels ?? {}).filter((value) => !isLabelValue(value))).toEqual([]);
  const names = pod.spec.containers[0]?.env?.map(({ name }) => name) ?? [];
  expect(new Set(names).size).toBe(names.length);
  for (const policy of policies)
    expect(decide(pod, FACTS, policy).outcome).toMatch(/decided|malformed|refused/);
}
