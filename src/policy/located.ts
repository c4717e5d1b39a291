import { type Path } from "../text/path.ts";
import { type Position, type Problem } from "../text/problem.ts";
import { type ClusterTier } from "./cluster-tier.ts";
import { type Policy, type PolicyProblem, type PolicyReading } from "./policy.ts";
import { reviewPolicy } from "./review-policy.ts";

/** Where a text came from and by whose law it is read. */
export interface Origin {
  readonly origin: string;
  readonly tier: ClusterTier;
}

/** What was read of one text. */
export type Located = PolicyReading & { readonly origin: string };

/** A policy that was read, with what its meaning objects to; `place` finds a part of it in its text. */
export function accepted(origin: Origin, policy: Policy, place: (path: Path) => Position): Located {
  const { problems, warnings } = reviewPolicy(policy);
  const placed = (problem: Problem): Problem => ({ ...problem, position: place(problem.path) });
  return located(origin, {
    policies: [policy],
    problems: problems.map(placed),
    warnings: warnings.map(placed),
    placed,
  });
}

/** A text that no policy came of. */
export const failed = (origin: Origin, problems: readonly Problem[]): Located =>
  located(origin, { policies: [], problems, warnings: [], placed: (problem) => problem });

/** What was read of a text, in the order in which an editor goes through it. */
export function located({ origin }: Origin, { policies, problems, warnings, placed }: OfOneText): Located {
  return {
    origin,
    policies,
    problems: locate(origin, problems),
    warnings: locate(origin, warnings),
    locate: (problem) => ({ ...placed(problem), origin }),
  };
}

interface OfOneText {
  readonly policies: readonly Policy[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** A problem with a part of the policy, with its position in the text. */
  readonly placed: (problem: Problem) => Problem;
}

function locate(origin: string, problems: readonly Problem[]): PolicyProblem[] {
  const line = ({ position }: Problem): number => position?.line ?? 0;
  const column = ({ position }: Problem): number => position?.column ?? 0;
  return problems
    .map((problem) => ({ ...problem, origin }))
    .sort((a, b) => line(a) - line(b) || column(a) - column(b));
}
