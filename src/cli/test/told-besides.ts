import { type CaseReport } from "./test-report.ts";

/** What the decision told that no failure of the case quotes already, each as its code and its sentence. */
export const toldBesides = ({ findings, failures }: CaseReport): string[] =>
  findings
    .map(({ code, message }) => `${code}: ${message}`)
    .filter((told) => !failures.some(({ message }) => message.includes(told)));
