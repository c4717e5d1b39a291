import { describe, expect, it } from "vitest";

import { type LabelSelector } from "#src/cli/doctor/cluster-objects.ts";
import { matchesSelector } from "#src/cli/doctor/selector.ts";

const expression = (operator: string, values?: string[]) => ({
  matchExpressions: [{ key: "a", operator, ...(values === undefined ? {} : { values }) }],
});

describe("matchesSelector", () => {
  it.each<{ selector?: LabelSelector; labels?: Record<string, string>; chosen: boolean }>([
    { chosen: true },
    { selector: {}, labels: { a: "1" }, chosen: true },
    { selector: { matchLabels: { a: "1" } }, labels: { a: "1", b: "2" }, chosen: true },
    { selector: { matchLabels: { a: "1" } }, labels: { a: "2" }, chosen: false },
    { selector: { matchLabels: { constructor: "1" } }, labels: {}, chosen: false },
    { selector: expression("In", ["1", "2"]), labels: { a: "2" }, chosen: true },
    { selector: expression("In", ["1"]), labels: {}, chosen: false },
    { selector: expression("NotIn", ["1"]), labels: { a: "1" }, chosen: false },
    { selector: expression("NotIn", ["1"]), labels: {}, chosen: true },
    { selector: expression("Exists"), labels: { a: "" }, chosen: true },
    { selector: expression("Exists"), labels: {}, chosen: false },
    { selector: expression("DoesNotExist"), labels: {}, chosen: true },
    { selector: expression("DoesNotExist"), labels: { a: "1" }, chosen: false },
    { selector: expression("Gt", ["1"]), labels: { a: "2" }, chosen: false },
    {
      selector: { matchLabels: { a: "1" }, ...expression("NotIn", ["1"]) },
      labels: { a: "1" },
      chosen: false,
    },
  ])("$selector chooses $labels: $chosen", ({ selector, labels, chosen }) => {
    expect(matchesSelector(selector, labels)).toBe(chosen);
  });
});
