import { describe, expect, it } from "vitest";

import { type Diagnosis } from "#src/cli/doctor/diagnosis.ts";
import { text } from "#src/cli/doctor/outputs/text.ts";
import { type State } from "#src/cli/doctor/verdict.ts";

const one = (state: State, parts: Partial<Diagnosis> = {}): Diagnosis => ({
  check: "policies",
  about: "It",
  state,
  says: "is so",
  ...parts,
});

describe("the output for people", () => {
  it("is a mark and a sentence, with what to do below it", () => {
    const remedy = { remedy: "do this", commands: ["kubectl get it", "kubectl mend it"] };

    expect(text([one("ok"), one("failed", remedy)])).toBe(`ok       It: is so
FAILED   It: is so
         -> do this
            kubectl get it
            kubectl mend it

1 ok, 1 FAILED: mend what FAILED, from the top down
`);
  });

  it.each<{ states: readonly State[]; sum: string }>([
    { states: ["ok", "ok"], sum: "2 ok: Podpecker is well" },
    { states: ["warning", "ok"], sum: "1 ok, 1 warning: it works, with something to look at" },
    { states: ["warning", "unknown"], sum: "1 warning, 1 unknown: nothing failed that could be looked at" },
    { states: ["unknown", "failed"], sum: "1 unknown, 1 FAILED: mend what FAILED, from the top down" },
  ])("ends with $sum", ({ states, sum }) => {
    expect(
      text(states.map((state) => one(state)))
        .split("\n")
        .at(-2),
    ).toBe(sum);
  });

  it("lets nothing that a cluster says command the terminal", () => {
    const bad = "a\u001b[2Jb\nc";

    expect(text([one("failed", { says: bad, remedy: bad, commands: [bad] })])).not.toContain("\u001b");
  });
});
