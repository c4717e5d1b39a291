import { type Problem } from "../text/problem.ts";
import { quote } from "../text/quote.ts";
import { isOfNamespace } from "./layers.ts";
import { matchedLabels, placeOfLabel } from "./match.ts";
import { type Policy } from "./policy.ts";

/** Why a policy cannot stand beside others, told to its author. */
export interface JointProblem {
  readonly policy: Policy;
  readonly problem: Problem;
}

/** Policies beside which others may or may not stand. Whether one may costs the same among few and among many. */
export interface Company {
  readonly add: (policies: readonly Policy[]) => void;
  readonly remove: (policies: readonly Policy[]) => void;
  /** What would be wrong if the policies came in together, though each by itself is good. */
  readonly objectionsTo: (joining: readonly Policy[]) => JointProblem[];
}

/**
 * What is wrong with policies together. Fewer policies never have more of it. A policy of a namespace writes what a step
 * could, which no label is by which policies are chosen: only what it matches on can be wrong. One in audit mode has to
 * fit the enforced ones, and not they it.
 */
export function jointProblems(policies: readonly Policy[]): JointProblem[] {
  const enforced = policies.filter(isEnforced);
  const company = createCompany([]);
  const problems = company.objectionsTo(enforced);
  company.add(enforced);
  return [...problems, ...company.objectionsTo(policies.filter((policy) => !isEnforced(policy)))];
}

/** Whether the policy is more than a text that is kept: it is enforced, or what it would do is told. */
export const isInForce = ({ document }: Policy): boolean => document.mode !== "disabled";

/** Whether the policy has a say in what becomes of Pods. */
export const isEnforced = ({ document }: Policy): boolean => (document.mode ?? "enforce") === "enforce";

/** Makes a company of policies that can stand beside each other. */
export function createCompany(policies: readonly Policy[]): Company {
  const there = createRegisters();
  const add = (joining: readonly Policy[]): void => {
    for (const policy of joining.filter(isInForce)) enter(policy, there);
  };
  add(policies);
  return {
    add,
    remove: (leaving) => {
      for (const policy of leaving) strike(policy, there);
    },
    objectionsTo: (joining) => {
      const inForce = joining.filter(isInForce);
      const own = createRegisters();
      const names = inForce.flatMap((policy) => {
        const problems = sameName(policy, [there, own]);
        // What comes in together is told once: who of the cluster writes, or who of a namespace matches.
        if (isOfNamespace(policy)) register(own.names, policy.name, policy);
        else enter(policy, own);
        return problems;
      });
      const written = inForce.flatMap((policy) => choosingLabels(policy, [there, own]));
      const matched = inForce.flatMap((policy) =>
        writtenLabels(policy, isOfNamespace(policy) ? [there, own] : [there]),
      );
      return [...names, ...written, ...matched];
    },
  };
}

/** Who is called what, and who matches on and who writes which label. */
interface Registers {
  readonly names: Map<string, Set<Policy>>;
  readonly matchers: Map<string, Set<Policy>>;
  readonly writers: Map<string, Set<Policy>>;
}

const createRegisters = (): Registers => ({ names: new Map(), matchers: new Map(), writers: new Map() });

function enter(policy: Policy, registers: Registers): void {
  for (const [where, key] of entriesOf(policy, registers)) register(where, key, policy);
}

function register(where: Registers["names"], key: string, policy: Policy): void {
  const policies = where.get(key);
  if (policies === undefined) where.set(key, new Set([policy]));
  else policies.add(policy);
}

function strike(policy: Policy, registers: Registers): void {
  for (const [register, key] of entriesOf(policy, registers)) {
    const policies = register.get(key);
    policies?.delete(policy);
    if (policies?.size === 0) register.delete(key);
  }
}

function entriesOf(policy: Policy, registers: Registers): [Registers["names"], string][] {
  return [
    [registers.names, policy.name],
    ...matchedLabels(policy.document.match).map((key): [Registers["names"], string] => [
      registers.matchers,
      key,
    ]),
    ...labelsWritten(policy).map(([, key]): [Registers["names"], string] => [registers.writers, key]),
  ];
}

const VERBS = ["set", "default"] as const;

function labelsWritten(policy: Policy): [verb: (typeof VERBS)[number], key: string][] {
  const { labels } = policy.document;
  if (isOfNamespace(policy)) return [];
  return VERBS.flatMap((verb) =>
    Object.keys(labels?.[verb] ?? {}).map((key) => [verb, key] as [typeof verb, string]),
  );
}

function sameName(policy: Policy, registers: readonly Registers[]): JointProblem[] {
  const { name } = policy;
  if (!registers.some(({ names }) => names.has(name))) return [];
  return [{ policy, problem: { path: [], written: name, message: "is the name of another policy already" } }];
}

/** Were such a label written, a second decision would follow other policies than the first. */
function choosingLabels(policy: Policy, registers: readonly Registers[]): JointProblem[] {
  const message = "is a label by which policies are chosen (match); no policy may write it";
  return labelsWritten(policy)
    .filter(([, key]) => registers.some(({ matchers }) => matchers.has(key)))
    .map(([verb, key]) => ({ policy, problem: { path: ["labels", verb, key], message } }));
}

/** The same, told to who matches on the label. */
function writtenLabels(policy: Policy, registers: readonly Registers[]): JointProblem[] {
  const { match } = policy.document;
  return matchedLabels(match).flatMap((key) => {
    const [writer, ...others] = registers.flatMap(({ writers }) => [...(writers.get(key) ?? [])]);
    if (writer === undefined) return [];
    const verbs = labelsWritten(writer).filter(([, written]) => written === key);
    const place = verbs.map(([verb]) => `labels.${verb}`).join(", ");
    const more = others.length === 0 ? "" : `, as ${others.length} more do`;
    const message = `chooses Pods by the label ${quote(key)}, which the policy ${quote(writer.name)} writes (${place})${more}; no policy may match on it`;
    return [{ policy, problem: { path: placeOfLabel(match, key), message } }];
  });
}
