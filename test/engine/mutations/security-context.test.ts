import { describe, expect, it } from "vitest";

import { decideStep } from "#test/engine/decision.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("privileged mode for images", () => {
  it.each([
    { pattern: "docker.io/acme/plugin:*", image: "acme/plugin", granted: true },
    { pattern: "docker.io/acme/plugin:*", image: `acme/plugin@${DIGEST}`, granted: true },
    { pattern: "docker.io/acme/plugin", image: "acme/plugin", granted: true },
    { pattern: "docker.io/acme/plugin", image: "acme/plugin:latest", granted: true },
    { pattern: "docker.io/acme/plugin", image: "acme/plugin:1", granted: false },
    { pattern: "docker.io/acme/plugin:1", image: `acme/plugin:1@${DIGEST}`, granted: false },
    { pattern: `docker.io/acme/plugin@${DIGEST}`, image: `acme/plugin:any@${DIGEST}`, granted: true },
    { pattern: "docker.io/acme/*", image: "evil.io/acme/plugin", granted: false },
    { pattern: "docker.io/acme/plugin:*", image: "acme/plugin-evil:1", granted: false },
    { pattern: "docker.io/acme/plugin:*", image: "Acme/plugin:1", granted: false },
    { pattern: "*", image: "", granted: false },
  ])("$pattern grants $image: $granted", ({ pattern, image, granted }) => {
    const { pod, codes } = decideStep({
      policy: { securityContext: { fromStep: { privileged: { images: [pattern] } } } },
      options: { securityContext: { privileged: true } },
      container: { image },
    });

    expect(pod.spec.containers[0]?.securityContext?.privileged === true).toBe(granted);
    expect(codes).toEqual(granted ? [] : ["not-granted"]);
  });
});

describe("a plugin of a granted image", () => {
  const secret = { secretKeyRef: { name: "a", key: "k" } };

  it.each<{ about: string; container?: object; options?: object; policy?: object; granted: boolean }>([
    { about: "with nothing else", granted: true },
    { about: "with empty lists", container: { command: [], args: [], env: [], envFrom: [] }, granted: true },
    {
      about: "with the server's variables",
      container: { env: ["CI", "CI_X", "DRONE", "DRONE_X", "PLUGIN_X"].map((name) => ({ name, value: "" })) },
      granted: true,
    },
    { about: "with a command", container: { command: ["sh"] }, granted: false },
    { about: "with arguments", container: { args: ["-c"] }, granted: false },
    { about: "with a variable", container: { env: [{ name: "PATH", value: "/x" }] }, granted: false },
    {
      about: "with a lookalike variable",
      container: { env: [{ name: "CIX", value: "/x" }] },
      granted: false,
    },
    {
      about: "with a variable of two lines",
      container: { env: [{ name: "CI_X\nPATH", value: "/x" }] },
      granted: false,
    },
    {
      about: "with secrets of its own",
      container: { envFrom: [{ secretRef: { name: "a" } }] },
      granted: false,
    },
    { about: "with a ConfigMap", container: { envFrom: [{ configMapRef: { name: "a" } }] }, granted: false },
    { about: "that asks for volumes", options: { volumes: ["a:/a"] }, granted: false },
    { about: "that asks for no volumes", options: { volumes: [] }, granted: true },
    { about: "that asks for secrets", options: { secrets: [{ name: "a" }] }, granted: false },
    { about: "that asks for other things", options: { resources: { requests: { cpu: 1 } } }, granted: true },
    {
      about: "with a variable that the policy sets",
      policy: { env: { set: { PROXY: "x" } } },
      container: { env: [{ name: "PROXY", value: "x" }] },
      granted: true,
    },
    {
      about: "with a variable that the policy sets to something else",
      policy: { env: { set: { PROXY: "x" } } },
      container: { env: [{ name: "PROXY", value: "y" }] },
      granted: true,
    },
    {
      about: "with a default of the policy",
      policy: { env: { default: { PROXY: "x" } } },
      container: { env: [{ name: "PROXY", value: "x" }] },
      granted: true,
    },
    {
      about: "with another value for a default",
      policy: { env: { default: { PROXY: "x" } } },
      container: { env: [{ name: "PROXY", value: "y" }] },
      granted: false,
    },
    {
      about: "with a secret of the policy",
      policy: { secrets: { set: [{ name: "a", key: "k" }, { name: "a" }] } },
      container: { env: [{ name: "K", valueFrom: secret }], envFrom: [{ secretRef: { name: "a" } }] },
      granted: true,
    },
    {
      about: "with a volume of the policy",
      policy: { volumes: { set: [{ name: "ca", emptyDir: {}, mountPath: "/ca" }] } },
      granted: true,
    },
  ])("$about is privileged: $granted", ({ container = {}, options = {}, policy = {}, granted }) => {
    const { pod, codes } = decideStep({
      policy: {
        ...policy,
        volumes: { fromStep: true, ...(policy as { volumes?: object }).volumes },
        secrets: { fromStep: true, ...(policy as { secrets?: object }).secrets },
        securityContext: { fromStep: { privileged: { images: ["*"] } } },
      },
      options: { ...options, securityContext: { privileged: true } },
      container,
    });

    expect(pod.spec.containers[0]?.securityContext?.privileged === true).toBe(granted);
    expect(codes.includes("plugin-only")).toBe(!granted);
  });

  it("is lifted from all of that by a gate that is open", () => {
    const { pod } = decideStep({
      policy: { volumes: { fromStep: true }, securityContext: { fromStep: { privileged: true } } },
      options: { volumes: ["a:/a"], securityContext: { privileged: true } },
      container: { command: ["sh"], env: [{ name: "PATH", value: "/x" }] },
    });

    expect(pod.spec.containers[0]?.securityContext?.privileged).toBe(true);
  });
});

describe("profiles", () => {
  it.each<{ gate: unknown; profile: object; granted: boolean }>([
    { gate: undefined, profile: { type: "RuntimeDefault" }, granted: true },
    { gate: undefined, profile: { type: "Localhost", localhostProfile: "any/where" }, granted: true },
    { gate: undefined, profile: { type: "Unconfined" }, granted: false },
    { gate: false, profile: { type: "RuntimeDefault" }, granted: true },
    { gate: false, profile: { type: "Localhost", localhostProfile: "a" }, granted: false },
    { gate: true, profile: { type: "Unconfined" }, granted: false },
    { gate: ["*"], profile: { type: "Unconfined" }, granted: false },
    { gate: ["Unconfined"], profile: { type: "Unconfined" }, granted: true },
    { gate: ["Unconfined"], profile: { type: "Localhost", localhostProfile: "a" }, granted: false },
    { gate: ["profiles/*"], profile: { type: "Localhost", localhostProfile: "profiles/a/b" }, granted: true },
    { gate: ["profiles/*"], profile: { type: "Localhost", localhostProfile: "other" }, granted: false },
    { gate: [], profile: { type: "RuntimeDefault" }, granted: true },
  ])("$gate grants $profile: $granted", ({ gate, profile, granted }) => {
    const { pod, codes } = decideStep({
      policy: {
        securityContext: {
          fromStep: gate === undefined ? {} : { seccompProfiles: gate, apparmorProfiles: gate },
        },
      },
      options: { securityContext: { seccompProfile: profile, apparmorProfile: profile } },
    });

    expect(pod.spec.securityContext ?? {}).toEqual(
      granted ? { seccompProfile: profile, appArmorProfile: profile } : {},
    );
    expect(codes).toEqual(granted ? [] : ["not-granted", "not-granted"]);
  });
});

describe("root against runAsNonRoot", () => {
  it.each<{
    about: string;
    policy?: object;
    options?: object;
    spec?: object;
    container?: object;
    refused: boolean;
  }>([
    { about: "of nobody", refused: false },
    { about: "that the policy sets", policy: { set: { runAsNonRoot: true } }, refused: true },
    {
      about: "that the policy sets to false",
      policy: { set: { runAsNonRoot: false }, default: { runAsNonRoot: true } },
      refused: false,
    },
    { about: "by default", policy: { default: { runAsNonRoot: true } }, refused: true },
    {
      about: "by default, against which the step asks",
      policy: { default: { runAsNonRoot: true } },
      options: { runAsNonRoot: false },
      refused: false,
    },
    { about: "that the step asks itself", options: { runAsNonRoot: true }, refused: true },
    { about: "of the Pod", spec: { securityContext: { runAsNonRoot: true } }, refused: true },
    { about: "of the container", container: { securityContext: { runAsNonRoot: true } }, refused: true },
    {
      about: "of the Pod, which the container lifts",
      spec: { securityContext: { runAsNonRoot: true } },
      container: { securityContext: { runAsNonRoot: false } },
      refused: false,
    },
  ])("$about is refused: $refused", ({ policy = {}, options = {}, spec = {}, container = {}, refused }) => {
    const { pod, codes } = decideStep({
      policy: { securityContext: policy },
      options: { securityContext: { runAsUser: 0, ...options } },
      spec,
      container,
    });

    expect(codes).toEqual(refused ? ["root-refused"] : []);
    expect(pod.spec.securityContext?.runAsUser).toBe(refused ? undefined : 0);
  });
});
