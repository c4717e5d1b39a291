import { type Comparison, type Difference, DIFFERENCE_KINDS } from "../../../audit/comparison.ts";
import { podsOf } from "../../audit/outputs/words.ts";
import { junit as toXml, type JUnitCase } from "../../junit.ts";
import { type FailOn, fails } from "../fail-on.ts";
import { HEADINGS, reasonOf, sayingOf, valueOf } from "./words.ts";

/** A case for each difference, by kind; those fail that `--fail-on` names. */
export function junit({ pods, differences }: Comparison, failOn: FailOn): string {
  const compared = { name: "Pods", cases: [{ name: `${podsOf(pods.compared)} compared` }] };
  const suites = DIFFERENCE_KINDS.map((kind) => ({
    name: HEADINGS[kind],
    cases: differences.filter((one) => one.kind === kind).map((one) => toCase(one, failOn)),
  }));
  return toXml("podpecker diff", [compared, ...suites.filter(({ cases }) => cases.length > 0)]);
}

function toCase(difference: Difference, failOn: FailOn): JUnitCase {
  const { kind, field, pods, examples, old: older, new: newer } = difference;
  const about =
    kind === "field"
      ? `${field}: ${valueOf(older)} becomes ${valueOf(newer)}, by ${reasonOf(newer) || reasonOf(older)}`
      : sayingOf(difference);
  if (!fails(difference, failOn)) return { name: about };
  return { name: about, failure: { message: podsOf(pods), text: [podsOf(pods), ...examples].join("\n") } };
}
