import { harmless } from "../../../text/quote.ts";
import { wrap } from "../../review/wrap.ts";
import { isColoured, lineWidth, paint } from "../../terminal.ts";
import { type Diagnosis } from "../diagnosis.ts";
import { STATES, type State } from "../verdict.ts";

const marks: Readonly<Record<State, readonly [mark: string, colour: Parameters<typeof paint>[0]]>> = {
  failed: ["FAILED", "red"],
  unknown: ["unknown", "magenta"],
  warning: ["warning", "yellow"],
  ok: ["ok", "green"],
};

const LEAD = 9;

/** A line for each diagnosis, what to do below it, and the sum of all. */
export function text(diagnoses: readonly Diagnosis[]): string {
  return `${[...diagnoses.flatMap(tellOne), "", ...sum(diagnoses)].join("\n")}\n`;
}

function tellOne({ about, state, says, remedy, commands = [] }: Diagnosis): string[] {
  const [mark, colour] = marks[state];
  const [first = "", ...others] = wrap(harmless(`${about}: ${says}`), lineWidth(), mark.padEnd(LEAD));
  const painted = isColoured() ? paint(colour, mark) + first.slice(mark.length) : first;
  return [
    painted,
    ...others,
    ...(remedy === undefined ? [] : wrap(harmless(remedy), lineWidth(), `${" ".repeat(LEAD)}-> `)),
    // A command that is broken into lines cannot be copied.
    ...commands.map((command) => `${" ".repeat(LEAD)}   ${harmless(command)}`),
  ];
}

function sum(diagnoses: readonly Diagnosis[]): string[] {
  const numbers = STATES.toReversed().flatMap((state) => {
    const number = diagnoses.filter((diagnosis) => diagnosis.state === state).length;
    return number === 0 ? [] : [`${number} ${marks[state][0]}`];
  });
  return wrap(`${numbers.join(", ")}: ${conclusion(diagnoses)}`, lineWidth());
}

function conclusion(diagnoses: readonly Diagnosis[]): string {
  if (diagnoses.some(({ state }) => state === "failed")) return "mend what FAILED, from the top down";
  if (diagnoses.some(({ state }) => state === "unknown")) return "nothing failed that could be looked at";
  return diagnoses.some(({ state }) => state === "warning")
    ? "it works, with something to look at"
    : "Podpecker is well";
}
