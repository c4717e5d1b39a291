import { describe, expect, it } from "vitest";

import { Comparison } from "#src/audit/comparison.ts";
import { podpecker } from "./podpecker.ts";
import { directoryWith, pod, policy, strictPolicy } from "./texts.ts";

const files = {
  "old/acme.yaml": policy,
  "new/acme.yaml": strictPolicy.replace("ci: woodpecker", "ci: peck"),
  "pods/build.yaml": pod("build"),
  "pods/other.yaml": pod("other"),
  "pods/bold.yaml": pod("bold", "serviceAccountName: root"),
};

const diff = ["diff", "old", "new", "--on", "pods", "--at", "2026-11-27T12:00:00Z"];

describe("podpecker diff", () => {
  it("says what a change of policies changes, and ends with 1", async () => {
    const cwd = await directoryWith(files);

    const { code, stdout, stderr } = await podpecker(diff, { cwd });

    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "3 Pods compared, as at 2026-11-27T12:00:00Z: 0 the same, 3 different

      Denied by the new policies only: 1 Pod
        1  serviceAccountName: "root" is not granted; the policy grants steps nothing here (built-in#/serviceAccountName/fromStep)
           such as default/bold

      Fields that differ: 2 Pods
        2  metadata.labels.ci
             old  woodpecker (acme#/labels/set/ci)
             new  peck (acme#/labels/set/ci)
           such as default/build, default/other
      "
    `);
  });

  it.each([
    { at: "2026-11-26T23:59:59Z", code: 0 },
    { at: "2026-11-27T00:00:00Z", code: 1 },
  ])("honours validUntil: as at $at it ends with $code", async ({ at, code }) => {
    const cwd = await directoryWith({
      "old.yaml": policy,
      "new.yaml": `${policy}validUntil: 2026-11-26\n`,
      "pod.yaml": pod("a"),
    });

    const ended = await podpecker(["diff", "old.yaml", "new.yaml", "--on", "pod.yaml", "--at", at], { cwd });

    expect(ended.code).toBe(code);
  });

  it("fits a narrow terminal", async () => {
    const cwd = await directoryWith(files);

    const { stdout } = await podpecker(diff, { cwd, env: { COLUMNS: "40" } });

    expect(stdout).toMatchInlineSnapshot(`
      "3 Pods compared, as at
      2026-11-27T12:00:00Z: 0 the same, 3
      different

      Denied by the new policies only: 1 Pod
        1  serviceAccountName: "root" is not
           granted; the policy grants steps
           nothing here
           (built-in#/serviceAccountName/fromStep)
           such as default/bold

      Fields that differ: 2 Pods
        2  metadata.labels.ci
             old  woodpecker
                  (acme#/labels/set/ci)
             new  peck (acme#/labels/set/ci)
           such as default/build,
           default/other
      "
    `);
  });

  it("prints tables for a pull request", async () => {
    const cwd = await directoryWith(files);

    const { stdout } = await podpecker([...diff, "--output", "markdown"], { cwd });

    expect(stdout).toMatchInlineSnapshot(`
      "## Policies compared over 3 Pods

      **3 Pods of them differ**, as at 2026-11-27T12:00:00Z.

      ### Denied by the new policies only: 1 Pod

      | Pods | because | such as |
      | ---: | --- | --- |
      | 1 | \`serviceAccountName: "root" is not granted; the policy grants steps nothing here (built-in#/serviceAccountName/fromStep)\` | \`default/bold\` |

      ### Fields that differ: 2 Pods

      | Pods | field | old | new | such as |
      | ---: | --- | --- | --- | --- |
      | 2 | \`metadata.labels.ci\` | \`woodpecker\` by \`acme#/labels/set/ci\` | \`peck\` by \`acme#/labels/set/ci\` | \`default/build\`, \`default/other\` |
      "
    `);
  });

  it("prints a comparison that fits its schema, and JUnit", async () => {
    const cwd = await directoryWith(files);

    const json = await podpecker([...diff, "--output", "json"], { cwd });
    const junit = await podpecker([...diff, "--output", "junit", "--fail-on", "denied"], { cwd });

    expect(Comparison.parse(JSON.parse(json.stdout))).toMatchObject({
      pods: { compared: 3, same: 0, different: 3, kinds: { "newly-denied": 1, field: 2 } },
    });
    expect(junit.stdout).toContain('tests="3" failures="1"');
  });

  it.each([
    ["old", "any", 0],
    ["new", "any", 1],
    ["new", "none", 0],
    ["new", "denied", 1],
    ["milder", "any", 1],
    ["milder", "denied", 0],
    ["milder", "refused", 0],
    ["milder", "clamped", 0],
  ])("old against %s, --fail-on %s: exit %i", async (newer, what, expected) => {
    const milder = policy.replace("ci: woodpecker", "ci: peck");
    const cwd = await directoryWith({ ...files, "milder/acme.yaml": milder });

    const { code } = await podpecker(["diff", "old", newer, "--on", "pods", "--fail-on", what], { cwd });

    expect(code).toBe(expected);
  });

  it.each([
    [["old", "new"], "podpecker: nothing says which Pods are compared; add --on PATH, or --cluster"],
    [["old"], "missing required argument 'new'"],
    [["old", "nowhere", "--on", "pods"], '"nowhere" cannot be read'],
    [["old", "new", "--on", "pods", "--cluster"], "podpecker: either files or --cluster"],
  ])("%j: exit 2", async (words, sentence) => {
    const cwd = await directoryWith(files);

    const { code, stdout, stderr } = await podpecker(["diff", ...words], { cwd });

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(sentence);
  });
});
