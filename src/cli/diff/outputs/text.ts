import { type Comparison, type Difference, DIFFERENCE_KINDS, type Side } from "../../../audit/comparison.ts";
import { podsOf } from "../../audit/outputs/words.ts";
import { legible } from "../../review/to-yaml.ts";
import { wrap } from "../../review/wrap.ts";
import { lineWidth, paintIf } from "../../terminal.ts";
import { HEADINGS, reasonOf, sayingOf, valueOf } from "./words.ts";

/** What differs, for people: of each kind what most Pods have in common first. */
export function text({ pods, at, differences }: Comparison): string {
  const digits = String(pods.compared).length;
  const sum = pods.different === 0 ? "nothing differs" : `${pods.same} the same, ${pods.different} different`;
  const kinds = DIFFERENCE_KINDS.filter((kind) => pods.kinds[kind] > 0);
  return [
    ...wrap(`${podsOf(pods.compared)} compared, as at ${at}: ${sum}`, lineWidth()).map((line) =>
      paintIf("bold", line),
    ),
    ...kinds.flatMap((kind) => [
      "",
      ...wrap(`${HEADINGS[kind]}: ${podsOf(pods.kinds[kind])}`, lineWidth()).map((line) =>
        paintIf(kind.startsWith("newly") ? "red" : "cyan", line),
      ),
      ...differences.filter((one) => one.kind === kind).flatMap((one) => lines(one, digits)),
    ]),
    "",
  ].join("\n");
}

function lines(difference: Difference, digits: number): string[] {
  const { kind, field, pods, examples } = difference;
  const lead = `  ${String(pods).padStart(digits)}  `;
  const inner = " ".repeat(lead.length);
  const about = kind === "field" ? legible(field) : sayingOf(difference);
  const such =
    examples.length === 0 ? [] : wrap(legible(`such as ${examples.join(", ")}`), lineWidth(), inner);
  const sides =
    kind === "field" ? [...side("old", difference.old, inner), ...side("new", difference.new, inner)] : [];
  return [...wrap(about, lineWidth(), lead), ...sides, ...such];
}

function side(name: string, one: Side | undefined, inner: string): string[] {
  const reason = reasonOf(one);
  const by = reason === "" ? "" : ` (${reason})`;
  const painted = name === "old" ? "red" : "green";
  return wrap(`${valueOf(one)}${by}`, lineWidth(), `${inner}  ${name}  `).map((line) =>
    paintIf(painted, line),
  );
}
