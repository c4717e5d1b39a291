import { type Company, createCompany, type JointProblem } from "./joint-problems.ts";
import { type Policy } from "./policy.ts";

/** The policies that each source has in force, by its key. Together they make a set. */
export type InForce = ReadonlyMap<string, readonly Policy[]>;

/** What sources of policies say now. */
export interface Saying {
  readonly key: string;
  /** Nothing while the text is bad. */
  readonly policies: readonly Policy[] | undefined;
}

/** What comes into force of what the sources say. */
export interface Settled {
  readonly inForce: InForce;
  /** Of each source whose policies cannot stand beside the others: why. What it had in force stays. */
  readonly objections: ReadonlyMap<string, readonly JointProblem[]>;
}

/**
 * Brings into force what sources say. Where all of it goes together, that is what was in force before; else each source
 * keeps what it had in force and has its turn, in their order, so that one that goes with none of the others holds up
 * only itself. Without sources that were there before, what is left still makes a set. What `standing` says is in force
 * whatever the sources say.
 */
export function settle(
  sources: readonly Saying[],
  before: InForce,
  standing: readonly Policy[] = [],
): Settled {
  const wanted = new Map<string, readonly Policy[]>();
  for (const { key, policies = before.get(key) } of sources)
    if (policies !== undefined) wanted.set(key, policies);
  const company = createCompany(standing);
  if (company.objectionsTo([...wanted.values()].flat()).length === 0)
    return { inForce: wanted, objections: new Map() };
  const inForce = new Map<string, readonly Policy[]>();
  for (const [key, policies] of before) {
    // What stands may be another thing than before.
    if (!wanted.has(key) || company.objectionsTo(policies).length > 0) continue;
    company.add(policies);
    inForce.set(key, policies);
  }
  const left = letIn(
    { inForce, company },
    [...wanted].filter(([key, policies]) => inForce.get(key) !== policies),
  );
  return {
    inForce,
    objections: new Map(
      left.map(([key, policies]) => [
        key,
        without(inForce.get(key), company, () => company.objectionsTo(policies)),
      ]),
    ),
  };
}

/**
 * Brings into force what namespaces say beside what stands: each for itself, so that none holds up another one, and none
 * what stands.
 */
export function settleNamespaces(
  sources: readonly Saying[],
  before: InForce,
  standing: readonly Policy[],
): Settled {
  const company = createCompany(standing);
  const inForce = new Map<string, readonly Policy[]>();
  const objections = new Map<string, readonly JointProblem[]>();
  for (const { key, policies } of sources) {
    const problems = policies === undefined ? [] : company.objectionsTo(policies);
    if (problems.length > 0) objections.set(key, problems);
    const good = [policies, before.get(key)].find(
      (some) => some !== undefined && company.objectionsTo(some).length === 0,
    );
    if (good !== undefined) inForce.set(key, good);
  }
  return { inForce, objections };
}

/** What is wrong with policies beside those that the others have in force. */
export function objectionsTo(
  key: string,
  policies: readonly Policy[],
  inForce: InForce,
): readonly JointProblem[] {
  const others = [...inForce].flatMap(([other, theirs]) => (other === key ? [] : theirs));
  return createCompany(others).objectionsTo(policies);
}

type Wish = readonly [key: string, policies: readonly Policy[]];

interface Standing {
  readonly inForce: Map<string, readonly Policy[]>;
  /** Of all that is in force. */
  readonly company: Company;
}

/** Those that could not be let in. One that is let in may make room for another. */
function letIn(standing: Standing, waiting: readonly Wish[]): readonly Wish[] {
  const { inForce, company } = standing;
  const left = waiting.filter(([key, policies]) => {
    const isGood = without(inForce.get(key), company, () => company.objectionsTo(policies).length === 0);
    if (!isGood) return true;
    company.remove(inForce.get(key) ?? []);
    company.add(policies);
    inForce.set(key, policies);
    return false;
  });
  return left.length === waiting.length ? left : letIn(standing, left);
}

/** Asks a company of which the policies are no part meanwhile. */
function without<Answer>(policies: readonly Policy[] = [], company: Company, ask: () => Answer): Answer {
  company.remove(policies);
  const answer = ask();
  company.add(policies);
  return answer;
}
