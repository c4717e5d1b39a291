import { lineWidth, paintIf } from "../terminal.ts";
import { toPhrase } from "../review/to-yaml.ts";
import { wrap } from "../review/wrap.ts";
import { harmless } from "../../text/quote.ts";
import { type Explained, type ExplainedField } from "./explained.ts";

const json = (pods: readonly Explained[]): string => `${JSON.stringify({ pods }, undefined, 2)}\n`;

/** A paragraph for each field, as `review` has it. */
const text = (pods: readonly Explained[]): string => `${pods.map(explainOne).join("\n\n")}\n`;

export const outputs = { text, json } as const satisfies Readonly<
  Record<string, (pods: readonly Explained[]) => string>
>;

export type OutputName = keyof typeof outputs;

const NOTHING = [
  "Podpecker noted nothing on this Pod: no policy is for it, nothing had to be changed, its policies only audit,",
  "or Podpecker was not asked. What would become of it: podpecker review FILE --policy PATH.",
].join(" ");

const UNREADABLE = [
  "What is noted on this Pod (podpecker.dev/applied) cannot be read: somebody else wrote it, or changed it since.",
  "What would become of the Pod: podpecker review FILE --policy PATH.",
].join(" ");

function explainOne({ input, subject, namespace, note, isUnreadable }: Explained): string {
  const where = namespace === "" ? "" : ` in namespace ${namespace}`;
  const title = wrap(harmless(`${input}: ${subject}${where}`), lineWidth()).map((line) =>
    paintIf("bold", line),
  );
  if (note === undefined)
    return [...title, ...wrap(isUnreadable === true ? UNREADABLE : NOTHING, lineWidth())].join("\n");
  const { policies, digest, fields, findings } = note;
  return [
    ...title,
    ...wrap(harmless(`Decided by ${policies.join(", ")} (digest ${digest}).`), lineWidth()),
    ...fields.flatMap((field) => ["", paintIf("cyan", harmless(field.path)), ...rowsOf(field)]),
    ...(fields.length === 0 ? ["", "No such field was written."] : []),
    ...(findings.length === 0
      ? []
      : [
          "",
          paintIf("yellow", "Told"),
          ...findings.flatMap((one) => wrap(harmless(one), lineWidth(), "  - ")),
        ]),
  ].join("\n");
}

function rowsOf({ given, rule, now }: ExplainedField): string[] {
  const rows = [
    ["given", given === undefined ? "nothing: it was taken away" : toPhrase(given)],
    ["rule", harmless(rule)],
    ...(now === undefined ? [] : [["now", now === null ? "nothing: somebody took it away" : toPhrase(now)]]),
  ] as const;
  return rows.flatMap(([name = "", value = ""]) => wrap(value, lineWidth(), `  ${name.padEnd(7)}`));
}
