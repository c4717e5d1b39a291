import { type Comparison, type Difference, DIFFERENCE_KINDS, type Side } from "../../../audit/comparison.ts";
import { podsOf } from "../../audit/outputs/words.ts";
import { markdownCode, markdownTable } from "../../markdown-table.ts";
import { legible } from "../../review/to-yaml.ts";
import { HEADINGS, reasonOf, sayingOf, valueOf } from "./words.ts";

/** What differs, for a pull request. */
export function markdown({ pods, at, differences }: Comparison): string {
  const kinds = DIFFERENCE_KINDS.filter((kind) => pods.kinds[kind] > 0);
  const sum = pods.different === 0 ? "Nothing differs" : `**${podsOf(pods.different)} of them differ**`;
  return [
    `## Policies compared over ${podsOf(pods.compared)}\n`,
    `${sum}, as at ${at}.\n`,
    ...kinds.flatMap((kind) => [
      `### ${HEADINGS[kind]}: ${podsOf(pods.kinds[kind])}\n`,
      tableOf(
        kind,
        differences.filter((one) => one.kind === kind),
      ),
    ]),
  ].join("\n");
}

function tableOf(kind: Difference["kind"], differences: readonly Difference[]): string {
  if (kind !== "field")
    return markdownTable(
      ["#Pods", "because", "such as"],
      differences.map((one) => [String(one.pods), markdownCode(sayingOf(one)), names(one)]),
    );
  return markdownTable(
    ["#Pods", "field", "old", "new", "such as"],
    differences.map((one) => [
      String(one.pods),
      markdownCode(legible(one.field)),
      cell(one.old),
      cell(one.new),
      names(one),
    ]),
  );
}

function cell(side: Side | undefined): string {
  const reason = reasonOf(side);
  if (reason === "") return "nothing";
  return `${markdownCode(valueOf(side))} by ${markdownCode(reason)}`;
}

const names = ({ examples }: Difference): string =>
  examples.map((name) => markdownCode(legible(name))).join(", ");
