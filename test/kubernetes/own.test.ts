import { describe, expect, it } from "vitest";

import { own } from "#src/kubernetes/own.ts";

describe("own", () => {
  it.each<{ map: Record<string, string> | undefined; key: string; value: string | undefined }>([
    { map: { a: "b" }, key: "a", value: "b" },
    { map: { a: "" }, key: "a", value: "" },
    { map: { a: "b" }, key: "c", value: undefined },
    { map: { constructor: "b" }, key: "constructor", value: "b" },
    { map: undefined, key: "a", value: undefined },
  ])("of $map and $key is $value", ({ map, key, value }) => {
    expect(own(map, key)).toBe(value);
  });

  it.each(["constructor", "toString", "hasOwnProperty", "__proto__"])("does not inherit %s", (key) => {
    expect(own({ a: "b" }, key)).toBeUndefined();
  });
});
