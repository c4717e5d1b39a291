import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { formatPointer, parsePointer } from "#src/kubernetes/json-pointer.ts";

// The examples of RFC 6901, section 5, and two of ours.
describe("formatPointer, parsePointer", () => {
  it.each([
    { path: [], pointer: "" },
    { path: [""], pointer: "/" },
    { path: ["foo", "0"], pointer: "/foo/0" },
    { path: ["a/b"], pointer: "/a~1b" },
    { path: ["m~n"], pointer: "/m~0n" },
    { path: ["~1"], pointer: "/~01" },
    { path: [" "], pointer: "/ " },
    { path: ["", ""], pointer: "//" },
    {
      path: ["metadata", "annotations", "podpecker.dev/x"],
      pointer: "/metadata/annotations/podpecker.dev~1x",
    },
  ])("$pointer is $path", ({ path, pointer }) => {
    expect(formatPointer(path)).toBe(pointer);
    expect(parsePointer(pointer)).toEqual(path);
  });

  it("writes an index as its digits", () => {
    expect(formatPointer(["containers", 0, "image"])).toBe("/containers/0/image");
  });

  it.each(["a", "#/a", "/~", "/~2", "/a~", "/~~0"])("%j is no pointer", (text) => {
    expect(() => parsePointer(text)).toThrow(SyntaxError);
  });

  it.prop([fc.array(fc.stringMatching(/^[ab/~01]{0,5}$/))])("come back as they were", (path) => {
    expect(parsePointer(formatPointer(path))).toEqual(path);
  });
});
