import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

import { readBackendOptions } from "#src/admission/backend-options.ts";
import { decide } from "#src/admission/decide.ts";
import { CaseFile } from "#src/cli/test/case-file.ts";
import { BACKEND_OPTIONS } from "#src/engine/annotations.ts";
import { describeFinding, FINDINGS, SEVERITIES, severityOf } from "#src/engine/finding.ts";
import { Pod } from "#src/kubernetes/pod.ts";
import { describePolicyProblem } from "#src/policy/policy.ts";
import { readPolicies } from "#src/policy/read-policies.ts";
import { problemsOf } from "#src/text/check.ts";
import { readDocument } from "#src/text/document.ts";
import { describeProblem } from "#src/text/problem.ts";
import { FACTS, readExamplePolicy, readExampleStep } from "#test/examples/examples.ts";
import { type Block, blocksOf, documents, readDocumentFile, ROOT, showsText } from "./blocks.ts";
import { isForCluster } from "./cluster-blocks.ts";
import { createReader, type Ran } from "./reader.ts";

/**
 * What a reader can copy works. The comment before a fenced block says what it is:
 *
 * | mark | the block |
 * | --- | --- |
 * | `run: exit N` | is run in a copy of the repository |
 * | `run with the webhook: exit N` | is run beside what `npm start` starts |
 * | `run in a cluster: exit N` | is run by `test/cluster/walk-through.test.ts`, after those before it in the document |
 * | `run in a cluster by Helm: exit N` | is run there, too, in a cluster where only such blocks are run |
 * | `output` | is what the block before it printed, `…` standing for anything |
 * | `not run: why` | is not |
 * | `file: PATH` | is that file without its first comment |
 * | `options of: PATH` | is what the step's Pod in that file asks, as its author writes it |
 * | `pod: step X by policy Y` | is what becomes of that example, without its annotations |
 * | `save as: PATH` | is saved for the blocks that follow |
 * | `workflow` | is a workflow of Woodpecker whose steps have options |
 *
 * YAML without a mark is a file with tests, where it has cases, a policy, where it has a version, or the options of a step.
 */
const reader = createReader();
const starting = reader.start();

afterAll(() => reader.leave());

const withBlocks = documents().filter((file) => blocksOf(file).length > 0);

describe.each(withBlocks)("%s", (file) => {
  let last: Ran | undefined;
  const here = blocksOf(file).filter((...block) => !isForCluster(...block));

  it.each(here)("line $line: what can be copied works ($language $mark)", async (block) => {
    if (block.mark === "output") {
      if (last === undefined || !showsText(block.text, last.output)) expect(last?.output).toBe(block.text);
      return;
    }
    last = undefined;
    if (["sh", "bash", "shell"].includes(block.language)) last = await runBlock(block);
    else if (block.language === "yaml") checkYaml(block);
    else expect(block.mark).toMatch(/^not run: /);
  });
});

it("README.md has the two commands and the line that npm start prints", async () => {
  const readme = readDocumentFile("README.md");

  const { told } = await starting;

  expect(readme).toContain("npm ci && npm start");
  expect(readme).toContain("npm ci && npm test");
  expect(readme).toContain(/npx podpecker review .*/.exec(told)?.[0]);
});

describe("docs/pipeline-authors.md", () => {
  const [, ...classes] = readDocumentFile("docs/pipeline-authors.md").split(/^### /m);
  const rowsOf = (text: string): { code: string; words: string; remedy: string }[] =>
    [...text.matchAll(/^\| `([a-z-]+)` +\| `(.*?)` +\| (.*?) *\|$/gm)].map(
      ([, code = "", words = "", remedy = ""]) => ({ code, words, remedy }),
    );

  it("begins with the question that is asked most", () => {
    const [, first] = /^## (.*)$/m.exec(readDocumentFile("docs/pipeline-authors.md")) ?? [];

    expect(first).toBe("Why did my step get 4Gi?");
  });

  it.each(SEVERITIES.map((severity, index) => ({ severity, text: classes[index] ?? "" })))(
    "explains every message of the class $severity, each with a remedy",
    ({ severity, text }) => {
      const there = Object.entries(FINDINGS).filter(([, [of]]) => of === severity);

      const rows = rowsOf(text);

      expect(text.toLowerCase()).toMatch(new RegExp(`^${severity}`));
      expect(rows.map(({ code }) => code).sort()).toEqual(there.map(([code]) => code).sort());
      expect(rows.filter(({ remedy }) => remedy === "")).toEqual([]);
    },
  );

  it("quotes words that there are", () => {
    const source = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => readFileSync(join(ROOT, "src", name), "utf8"))
      .join("\n");

    const words = classes
      .flatMap(rowsOf)
      .flatMap((row) => row.words.split(/…|NAME|; /).map((part) => part.trim()));

    expect(words.length).toBeGreaterThan(40);
    expect(words.filter((part) => !source.includes(part))).toEqual([]);
  });
});

async function runBlock({ mark, text }: Block): Promise<Ran | undefined> {
  if (mark.startsWith("not run: ")) return undefined;
  const [, webhook, status] = /^run( with the webhook)?: exit (\d+)$/.exec(mark) ?? [];
  expect(status, `"${mark}" says whether the block is run, and how it ends`).toBeDefined();
  const lines = webhook === undefined ? text : (await starting).adapt(text);
  const ran = await reader.run(lines);
  expect(ran).toMatchObject({ status: Number(status) });
  return ran;
}

function checkYaml({ mark, text }: Block): void {
  const [, kind = "", rest = ""] = /^(\w+(?: as| of)?):? ?(.*)$/.exec(mark) ?? [];
  switch (kind) {
    case "file":
      expect(text).toBe(readFileSync(join(ROOT, rest), "utf8").replace(/^(#.*\n)+/, ""));
      return;
    case "options of":
      expect(parse(text)).toEqual({ backend_options: { kubernetes: parse(optionsIn(rest)) as unknown } });
      return;
    case "pod":
      expect(parse(text)).toEqual(exampleResult(rest));
      return;
    case "workflow":
      for (const options of stepOptions(text)) expect(objectionsTo(options)).toEqual([]);
      return;
    case "save as":
      reader.save(rest, text);
      break;
    default:
      expect(mark).toBe("");
  }
  expect(/^kind: Pod$/m.test(text) ? objectionsToPod(text) : problemsOfYaml(text)).toEqual([]);
}

/** What is wrong with a Pod that a reader copies, and nobody could read of what its step asks; a page may show a typo. */
function objectionsToPod(text: string): string[] {
  const pod = Pod.parse(parse(text));
  const asked = readBackendOptions(pod.metadata?.annotations?.[BACKEND_OPTIONS], () => new Map());
  return asked.findings.filter((finding) => severityOf(finding) === "malformed").map(describeFinding);
}

function problemsOfYaml(text: string): string[] {
  if (/^cases:/m.test(text)) return caseProblems(text);
  return /^(version|kind):/m.test(text) ? policyProblems(text) : objectionsTo(text);
}

function caseProblems(text: string): string[] {
  const { document, problems } = readDocument(text);
  if (document === undefined) return problems.map(describeProblem);
  const { error = { issues: [] } } = CaseFile.safeParse(document.value);
  return problemsOf(error, document).map(describeProblem);
}

function policyProblems(text: string): string[] {
  const { problems } = readPolicies([{ path: "policy.yaml", text }], {
    namespace: "podpecker",
    promoted: [],
  });
  return problems.map(describePolicyProblem);
}

function objectionsTo(options: string): string[] {
  return readBackendOptions(options, () => new Map([["ARCH", "arm64"]])).findings.map(describeFinding);
}

function stepOptions(workflow: string): string[] {
  const { steps } = parse(workflow) as { steps: readonly { backend_options?: unknown }[] };
  return steps.map(({ backend_options }) => JSON.stringify({ backend_options }));
}

/** What the Pod in a file asks for. */
function optionsIn(path: string): string {
  const pod = parse(readFileSync(join(ROOT, path), "utf8")) as Pod;
  return pod.metadata?.annotations?.[BACKEND_OPTIONS] ?? "";
}

/** `step X by policy Y`. */
function exampleResult(words: string): unknown {
  const [, step = "", policy = ""] = /^step (\S+) by policy (\S+)$/.exec(words) ?? [];
  const { pod } = decide(readExampleStep(step), FACTS, readExamplePolicy(policy));
  // What is undefined is nowhere in JSON.
  return JSON.parse(
    JSON.stringify({ ...pod, metadata: { ...pod.metadata, annotations: undefined } }),
  ) as unknown;
}
