import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { type Pod } from "#src/kubernetes/pod.ts";
import { lintPolicy } from "#src/policy/lint/lint-policy.ts";
import { compileMatch } from "#src/policy/match.ts";
import { PolicyDocument } from "#src/policy/policy-document.ts";
import { policyDocument } from "#test/engine/arbitrary.ts";
import { NOW } from "#test/now.ts";
import { lintsAmong } from "#test/policy/lint/lints-among.ts";

const shown = (text: string): string[] =>
  lintsAmong(`version: v1\n${text}`).map(
    ({ code = "", text: told }) => `${code} ${told.split(": ")[1] ?? ""}`,
  );

describe("a policy", () => {
  it.each<{ text: string; lints: string[] }>([
    {
      text: 'match: { namespaces: [""], events: [push] }',
      lints: ["never-matches match.namespaces"],
    },
    {
      text: "match: { users: [], events: [] }",
      lints: ["never-matches match.users", "never-matches match.events"],
    },
    {
      text: `match: { namespaces: ["${"a".repeat(64)}", "ci-*-", "*ci", ci_1] }`,
      lints: [
        "pattern-matches-nothing match.namespaces[0]",
        "pattern-matches-nothing match.namespaces[1]",
        "pattern-matches-nothing match.namespaces[3]",
      ],
    },
    {
      text: `match: { podLabels: { team: "a b", size: "*${"x".repeat(64)}", fine: "*" } }`,
      lints: ["never-matches match.podLabels.team", "never-matches match.podLabels.size"],
    },
    {
      text: "match: { events: [push], podLabels: { woodpecker-ci.org/event: tag } }",
      lints: ['never-matches match.podLabels["woodpecker-ci.org/event"]'],
    },
    { text: "match: { events: [push, tag], podLabels: { woodpecker-ci.org/event: tag } }", lints: [] },
    {
      text: 'match: { images: ["Foo Bar:*", "docker.io/UPPER/x:1", "a/b:-x", "a/b@sha256:12", "*.acme.io/*", "a:*"] }',
      lints: [0, 1, 2, 3].map((index) => `pattern-matches-nothing match.images[${index}]`),
    },
    {
      text: 'match: { images: [alpine, "alpine:latest", "alpine:*", "docker.io/*", "a/b@sha256:*"] }',
      lints: ["image-without-tag match.images[0]"],
    },
    // As the agent spelled it before 3.17.
    { text: 'match: { events: [pull-request, "pull_*", Push, "*"] }', lints: [] },
    { text: 'match: { events: ["merge*"] }', lints: ["unknown-event match.events[0]"] },
    { text: 'match: { repos: [a/b], repoIds: ["1*"] }', lints: [] },
    {
      text: 'match: { users: ["system:serviceaccounts", "system:serviceaccount:a:b"] }',
      lints: ["user-is-group match.users[0]"],
    },
    {
      text: "labels: { set: { a: b, c: d }, default: { a: x, c: d, e: f }, fromStep: { keys: [a, e] } }",
      lints: ["never-holds labels.default.a", "moot-pattern labels.fromStep.keys[0]"],
    },
    {
      text: "serviceAccountName: { set: a, fromStep: false }\nhostUsers: { set: false, fromStep: true }",
      lints: ["never-holds hostUsers.fromStep"],
    },
    {
      text: "securityContext: { set: { runAsUser: 1, seccompProfile: { type: RuntimeDefault } }, default: { runAsUser: 2, seccompProfile: { type: Unconfined } } }",
      lints: [
        "never-holds securityContext.default.runAsUser",
        "never-holds securityContext.default.seccompProfile",
      ],
    },
    {
      text: "tolerations: { set: [{ key: a, operator: Exists }], default: [{ key: b, operator: Exists }] }",
      lints: [],
    },
    {
      text: 'labels: { fromStep: { keys: ["*.k8s.io/*", "*.kubernetes.io/*", "x.woodpecker-ci.org/*", "*", woodpecker-ci.org/repo-id, "a/*/b"] } }',
      lints: ["moot-pattern labels.fromStep.keys[0]", "moot-pattern labels.fromStep.keys[2]"],
    },
    {
      text: 'annotations: { fromStep: { keys: [podpecker.dev/platform, "Example.com/*", "a b"] } }',
      lints: [
        "moot-pattern annotations.fromStep.keys[0]",
        "pattern-matches-nothing annotations.fromStep.keys[2]",
      ],
    },
    {
      text: 'volumes: { fromStep: ["podpecker-*", "wp-*", Cache] }\nsecrets: { fromStep: [A_B] }\nruntimeClassName: { fromStep: [g/v] }\nnodeSelector: { fromStep: { keys: ["a b"] } }',
      lints: [
        "moot-pattern volumes.fromStep[0]",
        "pattern-matches-nothing volumes.fromStep[2]",
        "pattern-matches-nothing secrets.fromStep[0]",
        "pattern-matches-nothing runtimeClassName.fromStep[0]",
        "pattern-matches-nothing nodeSelector.fromStep.keys[0]",
      ],
    },
    {
      text: "tolerations: { set: [{ operator: Exists, effect: NoExecute }, { key: a, operator: Exists }] }",
      lints: ["tolerates-every-taint tolerations.set[0]"],
    },
    {
      text: 'tolerations: { fromStep: [{ key: "*", effect: NoSchedule }, { key: "*", operator: Equal }, { key: "*", value: x }, { key: "**", value: "*" }] }',
      lints: ["tolerates-every-taint tolerations.fromStep[3]"],
    },
    {
      text: "resources: { classes: { big: { tolerations: [{ operator: Exists }] } } }",
      lints: ["tolerates-every-taint resources.classes.big.tolerations[0]"],
    },
    {
      text: "resources: { set: { limits: { cpu: 4 } }, default: { requests: { memory: 1Gi } }, maxPod: { cpu: 2 }, min: { memory: 2Gi } }",
      lints: [
        "default-beyond-bounds resources.set.limits.cpu",
        "default-beyond-bounds resources.default.requests.memory",
      ],
    },
    {
      text: 'resources: { default: { requests: { cpu: "2" }, limits: { cpu: "8" } }, classes: { big: { requests: { cpu: "1" } } }, max: { cpu: "8" }, maxLimitRequestRatio: { cpu: 4 } }',
      lints: ["class-beyond-bounds resources.classes.big.requests.cpu"],
    },
    {
      text: "securityContext: { set: { privileged: true }, default: { capabilities: { drop: [all, NET_RAW, ALL] } } }",
      lints: [
        "privileged-for-all securityContext.set.privileged",
        "unknown-capability securityContext.default.capabilities.drop[0]",
      ],
    },
    {
      text: 'securityContext: { fromStep: { privileged: { images: ["*", "ghcr.io/*", "acme.io/*", acme.io/a, "A b"] } } }',
      lints: [
        "public-images securityContext.fromStep.privileged.images[0]",
        "public-images securityContext.fromStep.privileged.images[1]",
        "image-without-tag securityContext.fromStep.privileged.images[3]",
        "pattern-matches-nothing securityContext.fromStep.privileged.images[4]",
      ],
    },
    {
      text: 'securityContext: { fromStep: { seccompProfiles: ["/a", RuntimeDefault, Unconfined, "a/*"], apparmorProfiles: ["../a"] } }',
      lints: [
        "pattern-matches-nothing securityContext.fromStep.seccompProfiles[0]",
        "moot-pattern securityContext.fromStep.seccompProfiles[1]",
        "pattern-matches-nothing securityContext.fromStep.apparmorProfiles[0]",
      ],
    },
  ])("has these lints: $text", ({ text, lints }) => {
    expect(shown(text)).toEqual(lints);
  });

  it.prop([policyDocument])("never stops the lint, whatever it says", (document) => {
    const { success, data } = PolicyDocument.safeParse({ version: "v1", ...document });

    expect(lintPolicy(success ? data : ({ version: "v1", ...document } as never))).toBeInstanceOf(Array);
  });
});

describe("a policy that never matches", () => {
  // Few letters, so that patterns and values meet.
  const word = fc.stringMatching(/^[aB_.-]{0,3}$/);
  const pattern = fc.array(fc.oneof(word, fc.constant("*")), { maxLength: 3 }).map((parts) => parts.join(""));
  const patterns = fc.array(pattern, { maxLength: 2 });
  const match = fc.record(
    {
      namespaces: patterns,
      events: patterns,
      branches: patterns,
      images: patterns,
      podLabels: fc.dictionary(fc.constantFrom("team", "woodpecker-ci.org/event"), pattern, { maxKeys: 2 }),
    },
    { requiredKeys: [] },
  );
  const value = fc.stringMatching(/^([aB]([aB_.-]{0,2}[aB])?)?$/);
  const pod = fc.record({
    labels: fc.dictionary(
      fc.constantFrom("team", "woodpecker-ci.org/event", "woodpecker-ci.org/commit-branch"),
      value,
    ),
    image: fc.stringMatching(/^a{1,2}([._/-]a)?(:[aB_.-]{1,2})?$/),
    namespace: fc.stringMatching(/^a(-?a)?$/),
  });

  it.prop([match, fc.array(pod, { minLength: 5, maxLength: 20 })], { numRuns: 2000 })(
    "matches no Pod",
    (chosen, pods) => {
      const lints = lintPolicy({ version: "v1", match: chosen });
      fc.pre(lints.some(({ code }) => code === "never-matches"));
      const matches = compileMatch(chosen);

      for (const { labels, image, namespace } of pods) {
        const made: Pod = { metadata: { labels }, spec: { containers: [{ name: "a", image }] } };
        expect(matches(made, { namespace, user: "agent", now: NOW })).toBe(false);
      }
    },
  );
});
