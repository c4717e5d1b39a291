import { own } from "../../kubernetes/own.ts";
import { type LabelSelector } from "./cluster-objects.ts";

type Expression = NonNullable<LabelSelector["matchExpressions"]>[number];

/** Whether a selector chooses what has these labels; an empty one, or none, chooses everything. */
export function matchesSelector(
  { matchLabels = {}, matchExpressions = [] }: LabelSelector = {},
  labels: Readonly<Record<string, string>> = {},
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => own(labels, key) === value) &&
    matchExpressions.every((expression) => matchesExpression(expression, own(labels, expression.key)))
  );
}

/** As Kubernetes has it, a label that is not there is in no set. */
function matchesExpression({ operator, values = [] }: Expression, value: string | undefined): boolean {
  const isListed = value !== undefined && values.includes(value);
  switch (operator) {
    case "In":
      return isListed;
    case "NotIn":
      return !isListed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      // The API server takes no others.
      return false;
  }
}
