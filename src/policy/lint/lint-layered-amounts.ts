import { formatPath, type Path } from "../../text/path.ts";
import { quote } from "../../text/quote.ts";
import { mergeLayers } from "../merge.ts";
import { byPriority } from "../by-priority.ts";
import { type Policy } from "../policy.ts";
import { type PolicyDocument } from "../policy-document.ts";
import { type JointLint } from "./joint-lint.ts";
import { type AmountLint, crossedBounds, lintAmounts } from "./lint-amounts.ts";
import { createMatchOrder } from "./match-order.ts";

// With each of so many an amount is compared; who has more layers than this over the same Pods does not miss one lint.
const MAX_LAYERS = 20;

/** Amounts of one policy beyond the bounds of another one that is for all of its Pods. */
export function lintLayeredAmounts(policies: readonly Policy[]): JointLint[] {
  const concerned = policies.filter(({ document }) => document.resources !== undefined);
  const order = createMatchOrder<Policy[]>(() => []);
  for (const policy of concerned) order.of(policy.document.match).push(policy);
  return concerned.flatMap((policy) =>
    order
      .wider(policy.document.match)
      .flatMap((some) => some.slice(0, MAX_LAYERS))
      .slice(0, MAX_LAYERS)
      .flatMap((other) => (other === policy ? [] : lintPair(policy, other))),
  );
}

function lintPair(policy: Policy, other: Policy): JointLint[] {
  const { sections, ruleAt } = mergeLayers([policy, other].toSorted(byPriority).map(amountsOnly));
  // Merging two documents that the schema passed makes a third one.
  const merged = sections as unknown as PolicyDocument;
  return [...lintAmounts(merged), ...crossedBounds(merged)].flatMap((lint): JointLint[] => {
    const isOf = (path: Path, one: Policy): boolean => ruleAt(path).startsWith(`${one.name}#/`);
    if (isOf(lint.path, policy) && isOf(lint.bound, other))
      return [
        {
          policy,
          problem: told(
            lint,
            lint.path,
            `${lint.relation}, which ${quote(other.name)} says for the same Pods (${formatPath(lint.bound)})`,
          ),
        },
      ];
    if (!isOf(lint.path, other) || !isOf(lint.bound, policy)) return [];
    const message = `bounds what ${quote(other.name)} says for the same Pods: ${formatPath(lint.path)} ${lint.written ?? ""} ${lint.relation}`;
    return [{ policy, problem: { code: lint.code, path: lint.bound, message } }];
  });
}

const told = ({ code, written }: AmountLint, path: Path, message: string): JointLint["problem"] => ({
  code,
  path,
  ...(written === undefined ? {} : { written }),
  message,
});

const amountsOnly = ({ name, document: { version, resources } }: Policy): Policy => ({
  name,
  document: { version, resources },
});
