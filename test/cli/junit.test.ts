import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";

import { junit, type JUnitSuite } from "#src/cli/junit.ts";
import { runs } from "../runs.ts";
import { parseXml } from "./xml.ts";

describe("what is written", () => {
  const suites: JUnitSuite[] = [
    {
      name: "small.test.yaml",
      properties: { policies: "small" },
      cases: [
        { name: "holds" },
        { name: "does not", failure: { message: "1 is not 2", text: "expected 2\n  but it is 1" } },
      ],
    },
    { name: "empty", cases: [] },
  ];

  it("has suites, cases, and why one fails", () => {
    expect(parseXml(junit("podpecker", suites))).toMatchObject({
      name: "testsuites",
      attributes: { name: "podpecker", tests: "2", failures: "1", errors: "0", skipped: "0" },
      children: [
        {
          name: "testsuite",
          attributes: { name: "small.test.yaml", tests: "2", failures: "1" },
          children: [
            { name: "properties", children: [{ attributes: { name: "policies", value: "small" } }] },
            { name: "testcase", attributes: { name: "holds", classname: "small.test.yaml" }, children: [] },
            {
              name: "testcase",
              attributes: { name: "does not" },
              children: [
                {
                  name: "failure",
                  attributes: { message: "1 is not 2" },
                  text: "expected 2\n  but it is 1",
                },
              ],
            },
          ],
        },
        { name: "testsuite", attributes: { name: "empty", tests: "0" }, children: [] },
      ],
    });
  });

  it("is the same for the same suites", () => {
    expect(junit("podpecker", suites)).toBe(junit("podpecker", structuredClone(suites)));
  });
});

describe("texts", () => {
  it.each([
    { what: "markup", text: `<a b="c">&amp;</a> ]]> 'd'` },
    { what: "blanks of every kind", text: "  a\tb\nc\r\nd\r  " },
    { what: "letters of far away", text: "naïve – 日本 😀" },
  ])("with $what are read as they were", ({ text }) => {
    expect(textsOf(text)).toEqual([text, text, text, text]);
  });

  it.each([
    { what: "an escape", text: "a\u001b[31mb", read: "a\\u001b[31mb" },
    { what: "a null", text: "\u0000", read: "\\u0000" },
    { what: "half a pair", text: "a\ud800b", read: "a\\ud800b" },
    { what: "no character", text: "\uffff", read: "\\uffff" },
    { what: "a control of the upper half", text: "\u009b31m", read: "\\u009b31m" },
  ])("with $what show what XML cannot hold", ({ text, read }) => {
    expect(textsOf(text)).toEqual([read, read, read, read]);
  });

  test.prop([fc.string({ unit: "binary" })], { numRuns: runs(300) })("of any kind are XML", (text) => {
    const [first] = textsOf(text);

    expect(textsOf(text)).toEqual([first, first, first, first]);
  });
});

/** A text as it is read in each place where one may stand. */
function textsOf(text: string): (string | undefined)[] {
  const failure = { message: text, text };
  const one = { name: text, properties: { some: text }, failure };
  const suite = parseXml(junit("podpecker", [{ name: "suite", cases: [one] }])).children[0];
  const element = suite?.children[0];
  const [properties, failed] = element?.children ?? [];
  return [
    element?.attributes["name"],
    properties?.children[0]?.attributes["value"],
    failed?.attributes["message"],
    failed?.text,
  ];
}
