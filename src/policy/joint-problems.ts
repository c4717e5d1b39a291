import { type Problem } from "../text/problem.ts";
import { quote } from "../text/quote.ts";
import { matchedLabels, placeOfLabel } from "./match.ts";
import { type Policy } from "./policy.ts";

/** What one policy does that another one cannot stand beside. */
export interface JointProblem {
  readonly policy: Policy;
  readonly problem: Problem;
  /** The same, told to the authors of the others. */
  readonly others: readonly { readonly policy: Policy; readonly problem: Problem }[];
}

/** What is wrong with policies together, though each by itself is good. Fewer policies never have more of it. */
export function jointProblems(policies: readonly Policy[]): JointProblem[] {
  const inForce = policies.filter(isInForce);
  return [...sameNames(inForce), ...inForce.flatMap((policy) => choosingLabels(policy, inForce))];
}

/** What some of the policies have a part in, told to their author. */
export function problemsOfSome(
  problems: readonly JointProblem[],
  some: readonly Policy[],
): { readonly policy: Policy; readonly problem: Problem }[] {
  return problems.flatMap((one) =>
    some.includes(one.policy)
      ? [{ policy: one.policy, problem: one.problem }]
      : one.others.filter(({ policy }) => some.includes(policy)),
  );
}

/** Whether the policy is more than a text that is kept. */
export const isInForce = ({ document }: Policy): boolean => document.mode !== "disabled";

function sameNames(policies: readonly Policy[]): JointProblem[] {
  const first = new Map<string, Policy>();
  return policies.flatMap((policy) => {
    const earlier = first.get(policy.name);
    first.set(policy.name, earlier ?? policy);
    if (earlier === undefined) return [];
    const problem = { path: [], written: policy.name, message: "is the name of another policy already" };
    return [{ policy, problem, others: [{ policy: earlier, problem }] }];
  });
}

/** Were such a label written, a second decision would follow other policies than the first. */
function choosingLabels(policy: Policy, all: readonly Policy[]): JointProblem[] {
  const { labels } = policy.document;
  return (["set", "default"] as const).flatMap((verb) =>
    Object.keys(labels?.[verb] ?? {}).flatMap((key): JointProblem[] => {
      const choosing = all.filter(({ document }) => matchedLabels(document.match).includes(key));
      if (choosing.length === 0) return [];
      const message = "is a label by which policies are chosen (match); no policy may write it";
      const told = `chooses Pods by the label ${quote(key)}, which the policy ${quote(policy.name)} writes (labels.${verb}); no policy may match on it`;
      return [
        {
          policy,
          problem: { path: ["labels", verb, key], message },
          others: choosing.map((other) => ({
            policy: other,
            problem: { path: placeOfLabel(other.document.match, key), message: told },
          })),
        },
      ];
    }),
  );
}
