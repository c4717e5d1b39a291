import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { type Pod } from "#src/kubernetes/pod.ts";
import { compileMatch, type ReviewFacts } from "#src/policy/match.ts";
import { type Policy } from "#src/policy/policy.ts";
import { type Match } from "#src/policy/policy-document.ts";
import { createSelection } from "#src/policy/selection.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";

const policiesOf = (matches: readonly (Match | undefined)[]): Policy[] =>
  matches.map((match, index) => ({
    name: `policy-${index}`,
    document: { version: "v1", ...(match === undefined ? {} : { match }) },
  }));
const pod = (labels: Record<string, string> = {}, image?: string): Pod => ({
  metadata: { labels },
  spec: { containers: [{ name: "a", ...(image === undefined ? {} : { image }) }] },
});
const facts: ReviewFacts = { namespace: "ci", user: "agent", now: NOW };
const REPO_ID = "woodpecker-ci.org/repo-id";

/** The places of the policies that are chosen. */
function chosen(matches: readonly (Match | undefined)[], given: Pod, about = facts): number[] {
  const policies = policiesOf(matches);
  return createSelection(policies)(given, about).policies.map((policy) => policies.indexOf(policy));
}

describe("createSelection", () => {
  it.each<{ about: string; matches: (Match | undefined)[]; given: Pod; found: number[] }>([
    { about: "policies for every Pod", matches: [undefined, {}], given: pod(), found: [0, 1] },
    {
      about: "them in their order, however they are filed",
      matches: [{ namespaces: ["c*"] }, {}, { users: ["agent"] }, { podLabels: { team: "x" } }],
      given: pod({ team: "x" }),
      found: [0, 1, 2, 3],
    },
    {
      about: "once what two of its patterns lead to",
      matches: [{ namespaces: ["ci", "c*", "*i", "ci"] }],
      given: pod(),
      found: [0],
    },
    { about: "no policy whose list is empty", matches: [{ namespaces: [] }], given: pod(), found: [] },
    {
      about: "no policy for a label that is missing",
      matches: [{ podLabels: { team: "*" } }, { repoIds: ["*"] }],
      given: pod(),
      found: [],
    },
    {
      about: "a policy for any value of a label that is there",
      matches: [{ podLabels: { team: "*" } }, { repoIds: ["*7*"] }],
      given: pod({ team: "", [REPO_ID]: "172" }),
      found: [0, 1],
    },
    {
      about: "by the image as Docker completes it",
      matches: [{ images: ["alpine"] }, { images: ["docker.io/*"] }, { images: ["*/x"] }, { images: ["*"] }],
      given: pod({}, "index.docker.io/alpine"),
      found: [0, 1, 3],
    },
    {
      about: "no policy by an image that is none",
      matches: [{ images: ["*"] }, {}],
      given: pod({}, "No Image"),
      found: [1],
    },
  ])("finds $about", ({ matches, given, found }) => {
    expect(chosen(matches, given)).toEqual(found);
  });

  it.each([
    { validUntil: "2026-11-27", isIn: true },
    { validUntil: "2026-11-26", isIn: false },
    { validUntil: "2026-11-27T12:00:00Z", isIn: false },
    { validUntil: "2026-11-27T12:00:01Z", isIn: true },
    { validUntil: "2026-11-27T13:00:00+01:00", isIn: false },
  ])(
    "finds a policy that is valid until $validUntil at noon of 2026-11-27: $isIn",
    ({ validUntil, isIn }) => {
      const document = { version: "v1" as const, validUntil, match: { users: ["agent"] } };
      const policy = { name: "exception", document };
      const select = createSelection([policy]);

      expect(select(pod(), facts).policies).toEqual(isIn ? [policy] : []);
      expect(select(pod(), { ...facts, user: undefined }).butForUsers).toEqual(isIn ? [policy] : []);
    },
  );

  it("says which policies would match but for users, where nobody knows who creates the Pod", () => {
    const policies = policiesOf([
      { users: ["agent"], namespaces: ["ci"] },
      { users: ["agent"], namespaces: ["other"] },
      { namespaces: ["ci"] },
      { users: ["*"] },
      { users: [] },
    ]);
    const select = createSelection(policies);

    expect(select(pod(), { namespace: "ci", now: NOW })).toEqual({
      policies: [policies[2]],
      butForUsers: [policies[0], policies[3]],
    });
    expect(select(pod(), facts).butForUsers).toEqual([]);
  });

  it("looks at few of many policies that agree in all but one thing", () => {
    let looks = 0;
    // The matchers read the Pod's namespace once for each policy that is looked at.
    const watched = {
      user: "agent",
      now: NOW,
      get namespace(): string {
        looks += 1;
        return "ci";
      },
    };
    const matches = Array.from({ length: 1000 }, (_, index) => ({
      users: ["agent"],
      namespaces: ["ci", "ci-*"],
      repoIds: [String(index)],
    }));

    expect(chosen(matches, pod({ [REPO_ID]: "7" }), watched)).toEqual([7]);
    expect(looks).toBeLessThan(5);
  });
});

const text = fc.constantFrom("", "a", "b", "ab", "aab", "constructor");
const pattern = fc.oneof(text, fc.stringMatching(/^[ab*]{0,4}$/));
const patterns = fc.array(pattern, { maxLength: 3 });
const image = fc.constantFrom(
  ...["a", "a/b", "a.b/a", "a.b/a:b", "docker.io/a", "docker.io/library/a:1", "index.docker.io/a/b", "A", ""],
  ...["localhost/a", `a@sha256:${"0".repeat(64)}`],
);
const imagePattern = fc.oneof(
  image,
  fc.constantFrom("*", "a:*", "*.b/a", "docker.io/*", "a*/b", "*/a", "a.b/*:b", "*@sha256:*"),
);
const anyMatch = fc.record(
  {
    users: patterns,
    namespaces: patterns,
    repos: patterns,
    repoIds: patterns,
    events: patterns,
    images: fc.array(imagePattern, { maxLength: 3 }),
    podLabels: fc.dictionary(fc.constantFrom("a", "constructor", REPO_ID), pattern, { maxKeys: 2 }),
  },
  { requiredKeys: [] },
);
const labelKey = fc.constantFrom(
  ...["a", "constructor", REPO_ID, "woodpecker-ci.org/repo-full-name", "woodpecker-ci.org/event"],
);
const anyPod = fc
  .tuple(fc.dictionary(labelKey, text, { maxKeys: 4 }), fc.option(image, { nil: undefined }))
  .map(([labels, one]) => pod(labels, one));
const anyFacts = fc.record({
  namespace: text,
  user: fc.option(text, { nil: undefined }),
  now: fc.constant(NOW),
});

describe("whatever the policies and the Pod", () => {
  it.prop([fc.array(anyMatch, { maxLength: 12 }), anyPod, anyFacts], { numRuns: runs(3000) })(
    "chooses what a look at each policy would choose",
    (matches, given, about) => {
      const policies = policiesOf(matches);
      const { policies: found, butForUsers } = createSelection(policies)(given, about);

      const isFound = ({ document }: Policy): boolean => compileMatch(document.match)(given, about);
      const isFoundButForUsers = ({ document: { match } }: Policy): boolean =>
        about.user === undefined &&
        (match?.users ?? []).length > 0 &&
        compileMatch({ ...match, users: undefined })(given, about);

      expect(found).toEqual(policies.filter(isFound));
      expect(butForUsers).toEqual(policies.filter(isFoundButForUsers));
    },
  );
});
