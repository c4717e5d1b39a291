import { harmless, quote } from "../../text/quote.ts";
import { bareText } from "../review/bare-text.ts";
import { tell } from "../terminal.ts";
import { fateOf, podOf } from "./fate.ts";
import { describeNote } from "./outputs/text.ts";
import { type PreviewedStep } from "./preview-steps.ts";
import { type Previewed } from "./previewed.ts";

/** Tells what should be known and is not in the output: notes, and why Pods are denied. */
export function tellBeside({ steps, notes }: Previewed, output: "explain" | "pods" | "bare-pods"): void {
  for (const note of notes) tell(describeNote(note));
  if (output === "bare-pods") return;
  for (const step of steps.filter((one) => fateOf(one) === "denied")) {
    const { code = 403, message = "" } = podOf(step).verdict.response.status ?? {};
    // explain has the reasons already.
    const said =
      output === "explain" ? `; ${message.split("\n").at(-1) ?? ""}` : `:\n${reasonsOf(step).join("\n")}`;
    tell(`${harmless(step.file)}: step ${quote(step.title)} is denied, code ${code}${said}`);
  }
}

function reasonsOf(step: PreviewedStep): string[] {
  const { subject, verdict } = podOf(step);
  return verdict.account.findings
    .filter(({ severity }) => severity !== "note")
    .map((finding) => {
      const place = finding.position === undefined ? undefined : subject.placeOf(finding.position);
      return `- ${bareText(finding)}${place === undefined ? "" : `\n  at ${place}`}`;
    });
}
