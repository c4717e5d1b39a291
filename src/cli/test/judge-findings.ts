import { describeFinding, type Finding } from "../../engine/finding.ts";
import { matchesGlob } from "../../kubernetes/glob.ts";
import { formatPath } from "../../text/path.ts";
import { assign } from "./assign.ts";
import { type Expectation, type FindingPattern } from "./expectation.ts";
import { type Failure } from "./failure.ts";

/** The finding as one sentence, without its place in the options' text. */
export function sentenceOf(finding: Finding): string {
  const { position, ...others } = finding;
  return describeFinding(position === undefined ? finding : others);
}

/** What is not told though it is expected, or told though it is not. */
export function judgeFindings(
  { findings: expected, noOtherFindings }: Pick<Expectation, "findings" | "noOtherFindings">,
  found: readonly Finding[],
): Failure[] {
  if (expected === undefined) return [];
  const given = assign(expected, found, (one, finding) =>
    fits(finding, typeof one === "string" ? { code: one } : one),
  );
  const missing = expected.filter((_, index) => given[index] === undefined);
  const left = found.filter((_, index) => !given.includes(index));
  const isAll = noOtherFindings === true || expected.length === 0;
  return [
    ...missing.map((one) => ({ about: "findings", expected: describe(one), actual: "none" })),
    ...(isAll ? left : []).map((finding) => ({
      about: "findings",
      expected: expected.length === 0 ? "none" : "no other",
      actual: `${finding.code}: ${sentenceOf(finding)}`,
    })),
  ];
}

function fits(finding: Finding, { code, path, message, rule }: FindingPattern): boolean {
  return (
    (code ?? finding.code) === finding.code &&
    (path === undefined || matchesGlob(path, formatPath(finding.path))) &&
    (message === undefined || matchesGlob(message, sentenceOf(finding))) &&
    (rule === undefined || matchesGlob(rule, finding.rule ?? ""))
  );
}

function describe(expected: string | FindingPattern): string {
  if (typeof expected === "string") return expected;
  const { code, ...others } = expected;
  const parts = Object.entries(others).flatMap(([name, glob]) =>
    glob === undefined ? [] : [`${name} ${glob}`],
  );
  return [code ?? "a finding", ...(parts.length === 0 ? [] : ["with", parts.join(", ")])].join(" ");
}
