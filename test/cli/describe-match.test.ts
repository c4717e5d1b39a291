import { describe, expect, it } from "vitest";

import { describeMatch } from "#src/cli/describe-match.ts";

describe("describeMatch", () => {
  it.each([
    { match: undefined, words: "every Pod" },
    { match: {}, words: "every Pod" },
    { match: { namespaces: ["ci-*"], events: ["push", "tag"] }, words: "namespace ci-*; event push or tag" },
    {
      match: { users: ["agent"], podLabels: { team: "build" } },
      words: "created by agent; label team=build",
    },
    { match: { images: [] }, words: "image none" },
  ])("says $words", ({ match, words }) => {
    expect(describeMatch(match)).toBe(words);
  });
});
