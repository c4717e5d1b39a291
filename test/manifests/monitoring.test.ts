import { describe, expect, it } from "vitest";

import { VERBS } from "#src/audit/outcomes.ts";
import { readText } from "./manifests.ts";
import { alerts, expressions, panels, uid } from "./monitoring.ts";

describe("alerts and dashboard", () => {
  it.each(expressions)("$name has as many brackets open as close", ({ expr }) => {
    for (const pair of ["()", "{}", "[]"]) {
      const [opened = "", closed = ""] = pair;

      expect(expr.split(opened).length).toBe(expr.split(closed).length);
    }
  });

  it("name outcomes that there are", () => {
    const known = /outcome: ("\w+"(?: \| "\w+")*);/.exec(readText("src/admission/answer.ts"))?.[1] ?? "";
    const named = expressions.flatMap(({ expr }) =>
      [...expr.matchAll(/outcome\S?[=~]+"([^"]*)"/g)].flatMap(([, words = ""]) => words.split("|")),
    );

    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((outcome) => !known.includes(`"${outcome}"`))).toEqual([]);
  });
});

describe("the verbs of alerts and dashboard", () => {
  it("are ones that rules have", () => {
    const named = expressions.flatMap(({ expr }) =>
      [...expr.matchAll(/verb=~?"([^"]*)"/g)].flatMap(([, words = ""]) => words.split("|")),
    );
    const known = Object.keys(VERBS);

    expect(named).toContain("denied");
    expect(named.filter((verb) => !known.some((one) => new RegExp(`^(?:${verb})$`).test(one)))).toEqual([]);
  });
});

describe("the alerts", () => {
  it("are called differently, and are of Podpecker", () => {
    const names = alerts.map(({ alert }) => alert);

    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !name.startsWith("Podpecker"))).toEqual([]);
  });

  it("tell of a certificate two weeks before its end", () => {
    expect(alerts.find(({ alert }) => alert === "PodpeckerCertificateEnds")?.expr).toBe(
      "min(podpecker_certificate_expiry_timestamp_seconds > 0) - time() < 14 * 24 * 3600",
    );
  });
});

describe("the dashboard", () => {
  it("has a uid, and panels that do not lie upon each other", () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );

    expect(uid).toBe("podpecker");
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});
