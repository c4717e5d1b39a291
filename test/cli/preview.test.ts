import { describe, expect, it } from "vitest";

import { PreviewReport } from "#src/cli/preview/report.ts";
import { podpecker, type Surroundings } from "./podpecker.ts";
import { directoryWith, policy, strictPolicy } from "./texts.ts";

const workflow = `matrix: { GO: [1.24, 1.25] }
skip_clone: true
steps:
  - name: build
    image: golang:\${GO}
    commands: [make]
    backend_options:
      kubernetes:
        resources: { limits: { memory: 1Gi } }
  - name: deploy
    image: alpine
    comands: [x]
    when: { event: tag }
    backend_options:
      kubernetes: { runtimeClassName: kata }
`;

const files = {
  "policy.yaml": policy,
  "strict.yaml": strictPolicy,
  ".woodpecker.yaml": workflow,
  "bad.yaml": "steps:\n  - name: a\n    detach: maybe\n  - image: b\n    ports: [x]\n",
  "folder/one.yaml": "skip_clone: true\nsteps: [{ image: a }]",
  "folder/two.yml": "skip_clone: true\nsteps: [{ image: b }]",
  "folder/other.json": "{}",
};

async function preview(words: readonly string[], surroundings: Surroundings = {}) {
  const cwd = surroundings.cwd ?? (await directoryWith(files));
  return podpecker(["preview", "--policy", "policy.yaml", ...words], { ...surroundings, cwd });
}

describe("podpecker preview", () => {
  it("shows what each step of the workflow here gets, the same of all combinations once", async () => {
    const { code, stdout, stderr } = await preview([]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`build [GO=1.24] (golang:1.24)
  policy
  field                    asked  given       rule
  labels.ci                -      woodpecker  policy#/labels/set/ci
  resources.limits.memory  1Gi    1Gi         built-in#/resources/fromStep

build [GO=1.25] (golang:1.25)
  policy
  field                    asked  given       rule
  labels.ci                -      woodpecker  policy#/labels/set/ci
  resources.limits.memory  1Gi    1Gi         built-in#/resources/fromStep

deploy [all 2 combinations] (alpine), where its "when" holds
  policy
  field      asked  given       rule
  labels.ci  -      woodpecker  policy#/labels/set/ci
  refused: runtimeClassName: "kata" is not granted; the policy grants steps "gvisor" here (policy#/runtimeClassName/fromStep)
    at .woodpecker.yaml:15:39

To be known
  - .woodpecker.yaml:12:5: steps[1].comands: is not known here; did you mean "commands"?

4 Pods: 2 as asked, 2 with less than asked
`);
  });

  it("fits a narrow terminal, and is coloured there only", async () => {
    const { stdout } = await preview([], { env: { COLUMNS: "44", FORCE_COLOR: "1" } });

    expect(stdout).toContain("\u001b[31mrefused:\u001b[39m");
    // eslint-disable-next-line no-control-regex -- they are what is to be left out
    const plain = stdout.replaceAll(/\u001b\[\d+m/g, "");
    expect(plain.split("\n").filter((line) => line.length > 44)).toEqual([]);
    expect((await preview([])).stdout).not.toContain("\u001b");
  });

  it("ends with 1 where a Pod is denied, and says where and whom to ask", async () => {
    const cwd = await directoryWith(files);
    const { code, stdout } = await preview(["--policy", "strict.yaml", "--step", "deploy"], { cwd });
    const pods = await preview(["--policy", "strict.yaml", "--step", "deploy", "-o", "pods"], { cwd });

    expect(code).toBe(1);
    expect(stdout).toContain("denied; policies: policy, strict; ask: the platform team");
    expect(pods).toMatchObject({ code: 1, stdout: "" });
    expect(pods.stderr).toContain('step "deploy [GO=1.24]" is denied, code 403:\n- runtimeClassName: "kata"');
    expect(pods.stderr).toContain("\n  at .woodpecker.yaml:15:39\n");
  });

  it("leaves out what does not run for the event that is known", async () => {
    const { code, stdout } = await preview(["--event", "push", "--branch", "main"]);

    expect(code).toBe(0);
    expect(stdout).toContain('as their "when" says: deploy [GO=1.24], deploy [GO=1.25]');
    expect(stdout).toContain("2 Pods: 2 as asked\n");
  });

  it("says all of it to programs, by its schema", async () => {
    const { stdout } = await preview([
      "-o",
      "json",
      "--repo",
      "acme/app",
      "--repo-id",
      "7",
      "--event",
      "tag",
    ]);

    const report = PreviewReport.parse(JSON.parse(stdout));
    expect(report.steps.map(({ step, matrix }) => [step, matrix])).toEqual([
      ["build", { GO: "1.24" }],
      ["deploy", { GO: "1.24" }],
      ["build", { GO: "1.25" }],
      ["deploy", { GO: "1.25" }],
    ]);
    expect(report.steps[1]).toMatchObject({
      outcome: "decided",
      allowed: true,
      isConditional: true,
      policies: ["policy"],
      options: "runtimeClassName: kata\n",
      findings: [{ code: "not-granted", place: { file: ".woodpecker.yaml", line: 15, column: 39 } }],
      pod: {
        metadata: {
          labels: {
            "woodpecker-ci.org/repo-full-name": "acme-app",
            "woodpecker-ci.org/repo-id": "7",
            "woodpecker-ci.org/event": "tag",
          },
        },
      },
    });
    expect(report.notes).toHaveLength(1);
  });

  it("makes Pods about which review decides the same", async () => {
    const cwd = await directoryWith(files);
    const bare = await preview(["-o", "bare-pods"], { cwd });

    const reviewed = await podpecker(["review", "-", "--policy", "policy.yaml", "--output", "pod"], {
      cwd,
      input: bare.stdout,
    });

    expect(reviewed.code).toBe(0);
    expect(reviewed.stdout).toBe((await preview(["-o", "pods"], { cwd })).stdout);
  });

  it("previews several files, directories and standard input", async () => {
    const folder = await preview(["folder"]);
    const input = await preview(["-"], { input: "skip_clone: true\nsteps: [{ image: c }]" });

    expect(folder.stdout).toMatch(/^folder\/one\.yaml\n\nstep-0 \(a\)[^]*\nfolder\/two\.yml\n\nstep-0 \(b\)/);
    expect(folder.stdout).not.toContain("json");
    expect(input.stdout).toMatch(/^step-0 \(c\)/);
  });

  it("tells everything that is wrong with workflows at once, with places", async () => {
    const { code, stdout, stderr } = await preview(["bad.yaml", ".woodpecker.yaml"]);

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(`bad.yaml:2:5: steps[0].image: is missing or is not the name of an image
bad.yaml:3:13: steps[0].detach: "maybe" is not true or false
bad.yaml:5:13: steps[1].ports[0]: "x" is not a port such as 8080 or 8080/udp
`);
  });

  it.each([
    [["--step", "buld"], 'podpecker: there is no step "buld"; did you mean "build"?'],
    [["none.yaml"], '"none.yaml" cannot be read: there is no such file or directory; name one that exists'],
    [["--repo", "acme"], "It must be OWNER/NAME."],
    [["--repo-id", "acme"], "It must be a whole number."],
    [["--env", "X"], "It must be NAME=VALUE."],
    [["-o", "table"], "Allowed choices are text, explain, pods, bare-pods, json."],
  ])("says of %j what to do", async (words, message) => {
    const { code, stderr } = await preview(words);

    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it("says what to do where there is no workflow and where no policy is named", async () => {
    const cwd = await directoryWith({ "policy.yaml": policy });

    expect((await preview([], { cwd })).stderr).toContain("there is no workflow here; name a file");
    expect(await podpecker(["preview"], { cwd })).toMatchObject({ code: 2 });
  });

  it("tells for whom the policies are where nobody says who creates the Pods", async () => {
    const cwd = await directoryWith({ ...files, "policy.yaml": `${policy}match: { users: [agent] }\n` });

    expect((await preview([], { cwd })).stderr).toContain("--user NAME says it");
    expect((await preview(["--user", "agent"], { cwd })).stderr).toBe("");
  });
});
