import { describeProblem, type Problem } from "../text/problem.ts";
import { type PolicyDocument } from "./policy-document.ts";

/** One policy as it was read: a layer among those that may match a Pod. */
export interface Policy {
  /** A ConfigMap's `namespace/name`, or what a file is called. */
  readonly name: string;
  /** Of a policy that only narrows: the namespace whose Pods it is for. Policies of the cluster have none. */
  readonly namespace?: string;
  readonly document: PolicyDocument;
  /** Of an agent's settings: what of a step's own asking that agent itself copies onto its Pods. */
  readonly copies?: readonly Copied[];
}

/** What an agent may copy from a step. */
export type Copied = "labels" | "annotations";

/** Something wrong, or worth a word, in the text of a policy. */
export interface PolicyProblem extends Problem {
  /** The file or ConfigMap that the text stands in. */
  readonly origin: string;
}

/** What was read from files or ConfigMaps. */
export interface PolicyReading {
  readonly policies: readonly Policy[];
  /** With any of these none of the policies may come into force. */
  readonly problems: readonly PolicyProblem[];
  /** These keep nothing from coming into force. */
  readonly warnings: readonly PolicyProblem[];
  /** A problem with a part of one of the policies, at the place where that part stands. */
  readonly locate: (problem: Problem, policy: Policy) => PolicyProblem;
}

/** The problem as a compiler would print it: file, line, column, what is wrong. */
export function describePolicyProblem(problem: PolicyProblem): string {
  const { origin, position } = problem;
  const place = position === undefined ? origin : `${origin}:${position.line}:${position.column}`;
  return `${place}: ${describeProblem(problem)}`;
}

/** The same of what keeps nothing from coming into force, with what it is called. */
export function describePolicyWarning(warning: PolicyProblem): string {
  const { code } = warning;
  return `${describePolicyProblem(warning)} (${code === undefined ? "warning" : `warning: ${code}`})`;
}

/** Policies that cannot come into force, with everything that is wrong with them. The administrator can mend it. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[]) {
    super(problems.map(describePolicyProblem).join("\n"));
    this.problems = problems;
  }
}
