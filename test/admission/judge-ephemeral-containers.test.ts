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
      'spec.ephemeralContainers[1].securityContext.privileged: "true" of the Pod is not granted; the policy grants steps nothing here (built-in#/securityContext/fromStep/privileged)',
    ]);
    expect(judged([{ ...there, image: "other" }])).toHaveLength(1);
  });

  it("is let pass where the Pod goes against something else", () => {
    const policy = { labels: { set: { ci: "woodpecker" } }, resources: { set: { limits: { cpu: "1" } } } };

    expect(add(debug({}), policy)).toEqual([]);
  });

  it.each([
    { title: "privileged mode", container: context({ privileged: true }) },
    { title: "a capability", container: context({ capabilities: { add: ["SYS_PTRACE"] } }) },
    { title: "the kernel's files unmasked", container: context({ procMount: "Unmasked" }) },
    { title: "no seccomp profile", container: context({ seccompProfile: { type: "Unconfined" } }) },
    { title: "a Secret", container: debug({ envFrom: [{ secretRef: { name: "deploy-key" } }] }) },
    {
      title: "a variable of a Secret",
      container: debug({
        env: [{ name: "A", valueFrom: { secretKeyRef: { name: "deploy-key", key: "a" } } }],
      }),
    },
  ])("is refused $title where no policy says a word, as a step would be", ({ container }) => {
    expect(add(container, {})).toHaveLength(1);
  });

  it("is refused what its gates refuse a step, also where the policy trusts the Pod's creator", () => {
    const root = context({ runAsUser: 0 });

    expect(add(root, {})).toEqual([]);
    expect(add(root, { trustPod: true, securityContext: { fromStep: { root: false } } })).toEqual([
      'spec.ephemeralContainers[0].securityContext.runAsUser: "0" of the Pod is not granted; steps may not be root here (policy-0#/securityContext/fromStep/root)',
    ]);
  });

  it("is granted privileged mode by its own image, not by the step's", () => {
    const gate = { privileged: { images: ["docker.io/plugins/docker:*"] } };
    const judged = (image: string, of: object): readonly string[] =>
      objectionsTo(
        "ephemeralcontainers",
        { object: podWith(of, { ephemeralContainers: [{ ...context({ privileged: true }), image }] }) },
        { securityContext: { fromStep: gate } },
      );

    expect(judged("plugins/docker:20", { image: "alpine" })).toEqual([]);
    expect(judged("busybox", { image: "plugins/docker:20" })).toHaveLength(1);
  });

  it.each([
    { title: "a hook", of: { lifecycle: { postStart: { exec: { command: ["sh"] } } } } },
    { title: "a shell to type into", of: { stdin: true } },
    { title: "a terminal", of: { tty: true } },
    {
      title: "something in front of what it runs",
      of: { volumeMounts: [{ name: "tools", mountPath: "/usr/local/bin" }] },
    },
  ])("is granted privileged mode by its image as a plugin only, not with $title", ({ of }) => {
    const policy = {
      securityContext: { fromStep: { privileged: { images: ["docker.io/plugins/docker:*"] } } },
    };
    const judged = (own: object): readonly string[] => {
      const plugin = { ...context({ privileged: true }), image: "plugins/docker:20", ...own };
      const volumes = [{ name: "tools", emptyDir: {} }];
      const object = podWith({}, { volumes, ephemeralContainers: [plugin] });
      return objectionsTo("ephemeralcontainers", { object, oldObject: podWith({}, { volumes }) }, policy);
    };

    expect(judged({})).toEqual([]);
    expect(judged(of)).toEqual([expect.stringMatching(/privileged: .* as a plugin only/)]);
  });

  it.each([
    { title: "the node's files", source: { hostPath: { path: "/" } }, refused: 1 },
    { title: "a Secret of the namespace", source: { secret: { secretName: "deploy-key" } }, refused: 1 },
    { title: "a claim", source: { persistentVolumeClaim: { claimName: "other" } }, refused: 1 },
    { title: "room of the Pod's own", source: { emptyDir: {} }, refused: 0 },
  ])("that mounts $title, which the Pod has already: $refused refused", ({ source, refused }) => {
    const volumes = [{ name: "there", ...source }];
    const mounting = { volumeMounts: [{ name: "there", mountPath: "/there" }] };
    const pods = {
      object: podWith(mounting, { volumes, ephemeralContainers: [debug(mounting)] }),
      oldObject: podWith(mounting, { volumes }),
    };

    const objections = objectionsTo("ephemeralcontainers", pods, {});

    expect(objections).toHaveLength(refused);
    for (const objection of objections)
      expect(objection).toMatch(/^spec\.ephemeralContainers\[0\]\.volumeMounts\[0\]: /);
  });

  it("mounts nothing that the policy mounts: that is for the step", () => {
    const ca = { name: "ca", configMap: { name: "ca" } };
    const mounting = { volumeMounts: [{ name: "ca", mountPath: "/etc/ssl/ca" }] };
    const pods = {
      object: podWith(mounting, { volumes: [ca], ephemeralContainers: [debug(mounting)] }),
      oldObject: podWith(mounting, { volumes: [ca] }),
    };
    const policy = { volumes: { set: [{ ...ca, mountPath: "/etc/ssl/ca", readOnly: true }] } };

    expect(objectionsTo("ephemeralcontainers", pods, policy)).toHaveLength(1);
  });

  const seccompProfile = { type: "RuntimeDefault" };
  const UNSET = { runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 };
  const RESTRICTED = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
  const inheriting: readonly {
    title: string;
    policy: object;
    pods: object;
    own: object;
    missing: readonly string[];
  }[] = [
    {
      title: "that the step's container says for itself alone",
      policy: { podSecurityStandard: "restricted" },
      pods: { own: { ...RESTRICTED, runAsNonRoot: true, seccompProfile } },
      own: RESTRICTED,
      missing: ["seccompProfile", "runAsNonRoot"],
    },
    {
      title: "that the policy did not say yet when the Pod was made",
      policy: { set: UNSET },
      pods: {},
      own: {},
      missing: ["runAsUser", "runAsNonRoot"],
    },
    {
      title: "that the Pod says otherwise",
      policy: { set: UNSET },
      pods: { pod: { runAsUser: 0, runAsNonRoot: true } },
      own: {},
      missing: ["runAsUser"],
    },
    {
      title: "that the Pod says as no standard allows it",
      policy: { podSecurityStandard: "restricted" },
      pods: { pod: { runAsNonRoot: true, seccompProfile: { type: "Unconfined" } } },
      own: RESTRICTED,
      missing: ["seccompProfile.type"],
    },
    {
      title: "that it says itself",
      policy: { set: UNSET },
      pods: {},
      own: { runAsNonRoot: true, runAsUser: 1000 },
      missing: [],
    },
    {
      title: "that it says itself beside a step's container that says it, too",
      policy: { podSecurityStandard: "restricted" },
      pods: { own: { ...RESTRICTED, runAsNonRoot: true, seccompProfile } },
      own: { ...RESTRICTED, runAsNonRoot: true, seccompProfile },
      missing: [],
    },
    {
      title: "that is a default only",
      policy: { default: UNSET },
      pods: {},
      own: {},
      missing: [],
    },
  ];

  it.each(inheriting)(
    "is asked for what it would have of the Pod, $title",
    ({ policy, pods, own, missing }) => {
      const { pod, own: steps } = pods as { pod?: object; own?: object };
      const made = podWith({ securityContext: steps ?? {} }, { securityContext: pod ?? {} });
      const live = podWith(
        { securityContext: steps ?? {} },
        { securityContext: pod ?? {}, ephemeralContainers: [context(own)] },
      );

      const objections = objectionsTo(
        "ephemeralcontainers",
        { object: live, oldObject: made },
        { securityContext: policy },
      );

      expect(objections.map((line) => line.slice(0, line.indexOf(": ")))).toEqual(
        missing.map((field) => `spec.ephemeralContainers[0].securityContext.${field}`),
      );
    },
  );

  it("is asked for its AppArmor profile where that is an annotation", () => {
    const securityContext = { set: { apparmorProfile: { type: "RuntimeDefault" } }, apparmor: "annotation" };
    const key = "container.apparmor.security.beta.kubernetes.io/";
    const annotations = { [`${key}step`]: "runtime/default" };
    const judged = (own: object, more: object = {}): readonly string[] => {
      const metadata = { annotations: { ...annotations, ...more } };
      const object = podWith({}, { ephemeralContainers: [own] }, metadata);
      return objectionsTo("ephemeralcontainers", { object }, { securityContext });
    };

    expect(judged(debug({}))).toHaveLength(1);
    expect(judged(debug({}), { [`${key}debugger`]: "runtime/default" })).toEqual([]);
    expect(judged(context({ appArmorProfile: { type: "RuntimeDefault" } }))).toEqual([]);
  });

  it("is held to the policy's Pod Security Standard", () => {
    const policy = { securityContext: { podSecurityStandard: "restricted" } };
    const securityContext = { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } };
    const judged = (own: object): readonly string[] =>
      objectionsTo(
        "ephemeralcontainers",
        { object: podWith({}, { securityContext, ephemeralContainers: [context(own)] }) },
        policy,
      );
    const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

    expect(judged(restricted)).toEqual([]);
    expect(judged({})).toHaveLength(2);
    expect(judged({ ...restricted, runAsUser: 0 })).toHaveLength(1);
    expect(judged({ ...restricted, seccompProfile: { type: "Unconfined" } })).toHaveLength(1);
  });
});
