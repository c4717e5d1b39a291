import { describe, expect, it } from "vitest";

import { readPolicies } from "#src/policy/read-policies.ts";
import { describePolicyProblem } from "#src/policy/policy.ts";

const NFS = "volumes: {set: [{name: a, mountPath: /a, nfs: {server: a, path: /}}]}";

interface Case {
  readonly standard: string;
  readonly text: string;
  readonly problems?: readonly string[];
  readonly warnings?: readonly string[];
}

const cases: readonly Case[] = [
  { standard: "privileged", text: "securityContext: {set: {privileged: true}}" },
  {
    standard: "baseline",
    text: "securityContext: {set: {privileged: true, runAsUser: 0}}",
    problems: [
      "securityContext.set.privileged: is forbidden: the Pod Security Standard baseline allows false",
    ],
  },
  {
    standard: "baseline",
    text: "securityContext: {set: {seccompProfile: {type: Unconfined}, apparmorProfile: {type: Unconfined}}}",
    problems: [
      "securityContext.set.seccompProfile: is forbidden: the Pod Security Standard baseline allows RuntimeDefault, Localhost",
      "securityContext.set.apparmorProfile: is forbidden: the Pod Security Standard baseline allows RuntimeDefault, Localhost",
    ],
  },
  { standard: "baseline", text: NFS },
  {
    standard: "restricted",
    text: NFS,
    problems: [
      "volumes.set[0].nfs: is forbidden: the Pod Security Standard restricted allows configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret",
    ],
  },
  {
    standard: "restricted",
    text: "securityContext: {set: {runAsUser: 0}}",
    warnings: [
      "securityContext.set.runAsUser: is forbidden: the Pod Security Standard restricted allows any user but 0 (podSecurityStandard); Pods without a user namespace of their own are denied",
    ],
  },
  { standard: "restricted", text: "securityContext: {set: {runAsUser: 0}}\nhostUsers: {default: false}" },
  {
    standard: "restricted",
    text: "securityContext: {set: {runAsUser: 0}}\nhostUsers: {set: true}",
    problems: [
      "securityContext.set.runAsUser: is forbidden: the Pod Security Standard restricted allows any user but 0",
    ],
  },
  {
    standard: "restricted",
    text: "securityContext: {default: {runAsNonRoot: false, allowPrivilegeEscalation: true}}",
    warnings: [
      "securityContext.default.runAsNonRoot: is forbidden: the Pod Security Standard restricted allows true",
      "securityContext.default.allowPrivilegeEscalation: is forbidden: the Pod Security Standard restricted allows false",
    ],
  },
  {
    standard: "baseline",
    text: "securityContext: {fromStep: {privileged: {images: ['a/b']}, seccompProfiles: ['*', Unconfined], apparmorProfiles: true}}",
    warnings: [
      "securityContext.fromStep.privileged: grants what no step gets: the Pod Security Standard baseline allows false",
      "securityContext.fromStep.seccompProfiles: grants what no step gets: the Pod Security Standard baseline allows RuntimeDefault, Localhost",
    ],
  },
  { standard: "restricted", text: "securityContext: {fromStep: {privileged: false}}" },
];

describe("a policy's own words against its Pod Security Standard", () => {
  it.each(cases)("$standard: $text", ({ standard, text, problems = [], warnings = [] }) => {
    const whole = text.includes("securityContext:") ? text : `${text}\nsecurityContext: {}`;
    const policy = whole.replace(
      "securityContext: {",
      `securityContext: {podSecurityStandard: ${standard}, `,
    );
    const reading = readPolicies([{ path: "a.yaml", text: `version: v1\n${policy}\n` }], {
      namespace: "podpecker",
      promoted: [],
    });

    // Other lints have words of their own about such policies.
    const words = (list: typeof reading.problems): string[] =>
      list
        .map((one) => describePolicyProblem(one).replace(/^a\.yaml:\d+:\d+: /, ""))
        .filter((one) => one.includes("Pod Security Standard"));
    expect({ problems: words(reading.problems), warnings: words(reading.warnings) }).toEqual({
      problems: problems.map((one) => expect.stringContaining(one) as unknown),
      warnings: warnings.map((one) => expect.stringContaining(one) as unknown),
    });
  });
});
