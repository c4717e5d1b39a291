import { isOwnAnnotation, WORKFLOW } from "../engine/annotations.ts";
import { type Problem } from "../text/problem.ts";
import { amountSlips } from "./amount-slips.ts";
import { crossedBounds } from "./lint/lint-amounts.ts";
import { lintPolicy } from "./lint/lint-policy.ts";
import { type Lint } from "./lint/lints.ts";
import { type Policy } from "./policy.ts";
import { idleSecurity, podSecurityProblems } from "./pod-security-problems.ts";

/** What a policy says that its form allows and its meaning does not, and what is worth a word. */
export function reviewPolicy({ document }: Policy): { problems: Problem[]; warnings: Lint[] } {
  return {
    problems: [
      ...ownAnnotations(document),
      ...ownLabel(document),
      ...podSecurityProblems(document),
      ...crossed(document),
    ],
    warnings: [...amountSlips(document), ...idleSecurity(document), ...lintPolicy(document)],
  };
}

/** What no amount can meet is not a policy: every container with the resource would be denied. */
function crossed(document: Policy["document"]): Problem[] {
  return crossedBounds(document).map(({ path, written, message }) => ({
    path,
    ...(written === undefined ? {} : { written }),
    message: `${message}: no amount meets both`,
  }));
}

/** The label is written with a workspace: another value would be written over, and policies chosen by it would be others then. */
function ownLabel({ labels, match }: Policy["document"]): Problem[] {
  const said = (["set", "default"] as const).filter((verb) => WORKFLOW in (labels?.[verb] ?? {}));
  const message = "is written by Podpecker itself";
  return [
    ...said.map((verb) => ({
      path: ["labels", verb, WORKFLOW],
      message: `${message}; a policy cannot set it`,
    })),
    ...(WORKFLOW in (match?.podLabels ?? {})
      ? [{ path: ["match", "podLabels", WORKFLOW], message: `${message}; no policy may match on it` }]
      : []),
  ];
}

/** Were these written, a second decision would read what the first one wrote. */
function ownAnnotations({ annotations }: Policy["document"]): Problem[] {
  const message = "is read or written by Podpecker itself; a policy cannot set it";
  const verbs = (["set", "default"] as const).flatMap((verb) =>
    Object.keys(annotations?.[verb] ?? {}).map((key) => ["annotations", verb, key]),
  );
  return verbs.filter((path) => isOwnAnnotation(path[2] ?? "")).map((path) => ({ path, message }));
}
