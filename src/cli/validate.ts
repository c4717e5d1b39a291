import { type Command } from "commander";

import { readPolicyFiles } from "../adapters/files/read-policy-files.ts";
import { type Example, refusedExamples } from "../admission/refused-examples.ts";
import { describeEnd, expiryWarnings } from "../policy/expiry.ts";
import {
  describePolicyProblem,
  describePolicyWarning,
  type Policy,
  type PolicyProblem,
  type PolicyReading,
} from "../policy/policy.ts";
import { jointProblems } from "../policy/joint-problems.ts";
import { type JointLint } from "../policy/lint/joint-lint.ts";
import { lintTogether } from "../policy/lint/lint-together.ts";
import { warningsAmong } from "../policy/namespace-warnings.ts";
import { readPolicies } from "../policy/read-policies.ts";
import { describeMatch } from "./describe-match.ts";
import { EXIT } from "./exit-code.ts";
import { addPolicyConfigMap, collect, ownNamespace } from "./policy-sources.ts";
import { readExamples } from "./read-examples.ts";
import { print, tell } from "./terminal.ts";

const AFTER_HELP = `
Paths are files, or directories with .yaml, .yml and .json files: policy.yaml
documents, ConfigMaps that hold one, or the settings of a Woodpecker agent.
Tests of podpecker test (*.test.yaml with cases) are left out of directories.
Every problem is told at once, as file:line:column, on standard error; what is
good stands on standard output. Policies that have ended (validUntil), or will
within 14 days, are warned of.

A warning keeps no policy from coming into force; each names its lint, and
docs/reference/lints.md says how to mend it.

Exit codes: 0 all are good (warnings may stand beside it), 2 any is not, a
path cannot be read, or with --strict there are warnings, 70 a defect of
Podpecker.

Examples:
  podpecker validate policies/
  podpecker validate --strict --example steps/ policies/
  kubectl -n podpecker get configmap -l podpecker.dev/policy=true -o yaml > all.yaml
  podpecker validate all.yaml`;

interface ValidateOptions {
  readonly namespace: string;
  readonly policyConfigmap?: readonly string[];
  readonly example?: readonly string[];
  readonly strict?: true;
}

/** `podpecker validate`: everything that is wrong with policies, before they are anywhere in force. */
export function defineValidate(command: Command): void {
  command
    .argument("<path...>", "files or directories with policies")
    .addOption(ownNamespace("--namespace <name>"));
  addPolicyConfigMap(command)
    .option(
      "--example <path>",
      "a file or directory with step Pods: gates that refuse what they ask are warned of; repeatable",
      collect,
    )
    .option("--strict", "exit with 2 where there are warnings, too: for a check of pull requests")
    .addHelpText("after", AFTER_HELP)
    .action(validate);
}

async function validate(paths: readonly string[], options: ValidateOptions): Promise<void> {
  const { namespace, policyConfigmap: promoted = [], example = [] } = options;
  const now = Date.now();
  const examples = example.length === 0 ? [] : await readExamples(example);
  const reading = readPolicies(await readPolicyFiles(paths), { namespace, promoted });
  const problems = [...reading.problems, ...joint(reading)];
  for (const problem of problems) tell(describePolicyProblem(problem));
  const together = problems.length > 0 ? [] : besideEachOther(reading.policies, examples, now);
  const located = [...together, ...expiryWarnings(reading.policies, now)].map(({ problem, policy }) =>
    reading.locate(problem, policy),
  );
  const warnings = [...reading.warnings, ...located];
  for (const warning of warnings) tell(describePolicyWarning(warning));
  if (problems.length > 0) {
    tell(`\n${count(problems.length, "problem")}: none of these policies would come into force.`);
    process.exitCode = EXIT.unusable;
    return;
  }
  if (options.strict === true && warnings.length > 0) {
    tell(`\n${count(warnings.length, "warning")}: with --strict none may stand.`);
    process.exitCode = EXIT.unusable;
    return;
  }
  print(summary({ ...reading, warnings }, now));
}

/** What is worth a word about the policies beside each other, and beside examples of steps. */
const besideEachOther = (
  policies: readonly Policy[],
  examples: readonly Example[],
  now: number,
): JointLint[] => [
  ...lintTogether(policies),
  ...warningsAmong(policies),
  ...refusedExamples(policies, examples, now),
];

/** What is wrong with the policies together, though each by itself is good. */
function joint({ policies, problems, locate }: PolicyReading): PolicyProblem[] {
  if (problems.length > 0) return [];
  return jointProblems(policies).map(({ policy, problem }) => locate(problem, policy));
}

function summary({ policies, warnings }: PolicyReading, now: number): string {
  const lines = policies.map((policy) => {
    const { name, namespace, document } = policy;
    const mode = MODES[document.mode ?? "enforce"];
    const tier = namespace === undefined ? "" : `, of the namespace ${namespace}`;
    const about = `priority ${document.priority ?? 0}${mode}${tier}${describeEnd(policy, now)}`;
    return `  ${name} (${about}): ${describeMatch(document.match)}\n`;
  });
  const beside = warnings.length === 0 ? "" : `, ${count(warnings.length, "warning")}`;
  const good = policies.length === 1 ? "1 policy is good" : `${policies.length} policies are good`;
  return `${good}${beside}:\n${lines.join("")}`;
}

const MODES = { enforce: "", audit: ", audit only", disabled: ", disabled" } as const;

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
