import { describe, expect, it } from "vitest";

import { objectionsTo, podWith } from "#test/admission/live-pod.ts";

const debugging = (...containers: readonly object[]): object =>
  podWith({}, { ephemeralContainers: containers });
const debug = (container: object): object => ({ name: "debugger", image: "busybox", ...container });
const context = (securityContext: object): object => debug({ securityContext });
const add = (container: object, policy: object): readonly string[] =>
  objectionsTo("ephemeralcontainers", { object: debugging(container), oldObject: podWith({}) }, policy);

const HARDENED = {
  securityContext: {
    set: {
      privileged: false,
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    },
  },
};

describe("an ephemeral container", () => {
  it.each([
    { title: "is privileged", container: context({ privileged: true }), at: "securityContext.privileged" },
    {
      title: "may escalate",
      container: context({ allowPrivilegeEscalation: true }),
      at: "securityContext.allowPrivilegeEscalation",
    },
    { title: "may be root", container: context({ runAsNonRoot: false }), at: "securityContext.runAsNonRoot" },
    { title: "drops nothing", container: debug({}), at: "securityContext.capabilities.drop[0]" },
  ])("that $title is refused where the policy sets otherwise", ({ container, at }) => {
    const objections = add(container, HARDENED);

    expect(objections.map((line) => line.slice(0, line.indexOf(":")))).toContain(
      `spec.ephemeralContainers[0].${at}`,
    );
  });

  it("that is as the policy wants it is let pass", () => {
    const securityContext = {
      allowPrivilegeEscalation: false,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    };

    expect(add(context(securityContext), HARDENED)).toEqual([]);
  });

  it("may look at another container's processes, and gains no right by it", () => {
    const target = { targetContainerName: "step" };

    expect(add(debug(target), {})).toEqual([]);
    expect(add(debug({ ...target, securityContext: { privileged: true } }), HARDENED)).not.toEqual([]);
  });

  it("that is there already is no matter, whatever it is, and another one is judged", () => {
    const there = context({ privileged: true });
    const another = { ...context({ privileged: true }), name: "another" };
    const judged = (containers: readonly object[]): readonly string[] =>
      objectionsTo(
        "ephemeralcontainers",
        { object: debugging(...containers), oldObject: debugging(there) },
        { securityContext: { set: { privileged: false } } },
      );

    expect(judged([there])).toEqual([]);
    expect(judged([there, another])).toEqual([
      'spec.ephemeralContainers[1].securityContext.privileged: "true" is not what the policy says, "false" (policy-0#/securityContext/set/privileged)',
    ]);
    expect(judged([{ ...there, image: "other" }])).toHaveLength(1);
  });

  it("is let pass where the Pod goes against something else", () => {
    const policy = { labels: { set: { ci: "woodpecker" } }, resources: { set: { limits: { cpu: "1" } } } };

    expect(add(debug({}), policy)).toEqual([]);
  });
});
