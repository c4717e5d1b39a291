import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { type Container, type Pod } from "#src/kubernetes/pod.ts";
import { tiersOf, withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";

const FACTS = { namespace: "ci", user: "agent", now: NOW };

interface Attack {
  readonly law: object;
  readonly own: object;
  readonly options?: object;
  readonly container?: object;
  readonly spec?: object;
}

/** What becomes of a step where somebody who may write ConfigMaps in its namespace wants more than it may have. */
function attack({ law, own, options = {}, container = {}, spec = {} }: Attack): Decision {
  const step = { name: "step", image: "alpine", ...container };
  const pod: Pod = { metadata: { name: "step" }, spec: { containers: [step, { name: "side" }], ...spec } };
  return decide(withText(pod, JSON.stringify(options)), FACTS, tiersOf([law], [own]));
}

const stepOf = ({ pod }: Decision): Container | undefined => pod.spec.containers[0];
const sideOf = ({ pod }: Decision): Container | undefined => pod.spec.containers[1];
const codesOf = ({ findings }: Decision): string[] => findings.map(({ code }) => code);
const refused = expect.arrayContaining(["namespace-policy-refused"]) as unknown;

const claim = (name: string, mountPath: string, more: object = {}): object => ({
  name,
  persistentVolumeClaim: { claimName: "evil" },
  mountPath,
  ...more,
});

describe("whoever may write a policy of a namespace", () => {
  it.each<{ about: string; law?: object; own: object }>([
    {
      about: "the node's files",
      own: { volumes: { set: [{ name: "a", hostPath: { path: "/" }, mountPath: "/a" }] } },
    },
    {
      about: "another account's token",
      own: {
        volumes: {
          default: [
            { name: "a", projected: { sources: [{ serviceAccountToken: { path: "t" } }] }, mountPath: "/a" },
          ],
        },
      },
    },
    {
      about: "any Secret as a volume",
      own: { volumes: { set: [{ name: "a", secret: { secretName: "s" }, mountPath: "/a" }] } },
    },
    {
      about: "a claim with more than a claim",
      own: {
        volumes: {
          set: [
            {
              name: "a",
              persistentVolumeClaim: { claimName: "evil", hostPath: { path: "/" } },
              mountPath: "/a",
            },
          ],
        },
      },
    },
    {
      about: "the workspace of a workflow",
      own: {
        volumes: {
          set: [{ name: "a", persistentVolumeClaim: { claimName: "podpecker-x" }, mountPath: "/a" }],
        },
      },
    },
    { about: "a part of a claim", own: { volumes: { set: [claim("a", "/a", { subPath: "a" })] } } },
    {
      about: "a mount that spreads",
      own: { volumes: { set: [claim("a", "/a", { mountPropagation: "Bidirectional" })] } },
    },
    { about: "a variable for the loader", own: { env: { set: { LD_PRELOAD: "/cache/evil.so" } } } },
    { about: "pull secrets", own: { imagePullSecrets: { set: ["admin"] } } },
    { about: "priority", own: { priorityClassName: { set: "system-node-critical" } } },
    {
      about: "names of its own",
      own: { hostAliases: { set: [{ ip: "10.0.0.1", hostnames: ["registry"] }] } },
    },
    { about: "a resolver of its own", own: { dnsConfig: { set: { nameservers: ["10.0.0.1"] } } } },
    {
      about: "an account",
      law: { serviceAccountName: { fromStep: ["ci-*"] } },
      own: { serviceAccountName: { set: "admin" } },
    },
    { about: "reserved labels", own: { labels: { set: { "woodpecker-ci.org/repo-id": "1" } } } },
    {
      about: "every taint",
      law: { tolerations: { fromStep: [{ key: "gpu" }] } },
      own: { tolerations: { set: [{ operator: "Exists" }] } },
    },
    {
      about: "privileged mode everywhere",
      law: { securityContext: { fromStep: { privileged: true } } },
      own: { securityContext: { set: { privileged: true } } },
    },
    {
      about: "privileged mode by a list of images",
      law: { securityContext: { fromStep: { privileged: { images: ["*"] } } } },
      own: { securityContext: { default: { privileged: true } } },
    },
    { about: "escalation", own: { securityContext: { default: { allowPrivilegeEscalation: true } } } },
    { about: "user 0", own: { securityContext: { set: { runAsUser: 0 } } } },
    { about: "root after all", own: { securityContext: { default: { runAsNonRoot: false } } } },
    {
      about: "group 0",
      law: { securityContext: { fromStep: { root: false } } },
      own: { securityContext: { default: { fsGroup: 0 } } },
    },
    { about: "no seccomp", own: { securityContext: { set: { seccompProfile: { type: "Unconfined" } } } } },
    { about: "another platform", own: { platform: "linux/arm64" } },
    { about: "the other form of AppArmor", own: { securityContext: { apparmor: "annotation" } } },
  ])("does not give steps $about", ({ law = {}, own }) => {
    const before = attack({ law: { volumes: { fromStep: true }, ...law }, own: {} });
    const decision = attack({ law: { volumes: { fromStep: true }, ...law }, own });

    expect(codesOf(decision)).toEqual(refused);
    expect(decision.pod).toEqual(before.pod);
  });

  it("opens no gate, also by settings of an agent", () => {
    const own = {
      labels: { fromStep: true },
      serviceAccountName: { fromStep: ["*"] },
      volumes: { fromStep: true },
    };
    const options = { labels: { a: "b" }, serviceAccountName: "admin", volumes: ["evil:/a"] };

    expect(attack({ law: {}, own, options })).toMatchObject({ changes: [] });
  });

  it("does not make the Pod of a privileged plugin its own by a volume, or by a variable from a Secret", () => {
    const law = {
      securityContext: { fromStep: { privileged: { images: ["*/alpine"] } } },
      volumes: { fromStep: true },
      secrets: { fromStep: true },
    };
    const options = { securityContext: { privileged: true } };
    const env = [{ name: "BASH_ENV", valueFrom: { secretKeyRef: { name: "evil", key: "k" } } }];

    for (const own of [
      { volumes: { set: [claim("a", "/bin")] } },
      { volumes: { default: [claim("a", "/bin")] } },
      { secrets: { set: [{ name: "evil", key: "BASH_ENV" }] } },
      { secrets: { default: [{ name: "evil" }] } },
    ]) {
      const decision = attack({ law, own, options, container: { env } });
      expect(codesOf(decision)).toContain("plugin-only");
      expect(stepOf(decision)?.securityContext?.privileged).toBeUndefined();
    }
    expect(stepOf(attack({ law, own: {}, options }))?.securityContext?.privileged).toBe(true);
  });

  it("does not get anything into a container that is not the step's", () => {
    const law = { volumes: { fromStep: true }, secrets: { fromStep: true } };
    const own = {
      volumes: { set: [claim("a", "/usr/bin")], default: [claim("b", "/usr/lib")] },
      secrets: { set: [{ name: "s", key: "k" }], default: [{ name: "f", key: "k", target: { file: "/f" } }] },
      resources: { set: { limits: { cpu: 64 } } },
      securityContext: {
        set: { runAsUser: 7, seccompProfile: { type: "Localhost", localhostProfile: "lax" } },
      },
    };
    const side = {
      name: "side",
      securityContext: { runAsUser: 9, seccompProfile: { type: "RuntimeDefault" } },
    };

    const decision = attack({ law, own, spec: { containers: [{ name: "step", image: "alpine" }, side] } });

    expect(sideOf(decision)).toEqual(side);
    expect(stepOf(decision)?.volumeMounts).toHaveLength(3);
  });

  it("does not take away from other containers what the cluster sets, by repeating it", () => {
    const law = {
      volumes: { set: [{ name: "ca", configMap: { name: "ca" }, mountPath: "/ca" }], fromStep: true },
      securityContext: { set: { seccompProfile: { type: "RuntimeDefault" } } },
      resources: { set: { limits: { cpu: 1 } } },
    };
    const side = { name: "side", securityContext: { seccompProfile: { type: "Unconfined" } } };
    const spec = { containers: [{ name: "step", image: "alpine" }, side] };

    const decision = attack({ law, own: law, spec });

    expect(decision.pod.spec).toEqual(attack({ law, own: {}, spec }).pod.spec);
  });

  it.each<{ about: string; law: object; own: object }>([
    {
      about: "a volume of the same name",
      law: {
        volumes: { default: [{ name: "ca", configMap: { name: "ca" }, mountPath: "/ca" }], fromStep: true },
      },
      own: { volumes: { default: [claim("ca", "/other")] } },
    },
    {
      about: "a volume at the place of a file",
      law: {
        secrets: { set: [{ name: "s", key: "k", target: { file: "/run/k" } }] },
        volumes: { fromStep: true },
      },
      own: { volumes: { set: [claim("a", "/run/k")] } },
    },
    {
      about: "a volume below one of the cluster's",
      law: {
        volumes: { set: [{ name: "ca", configMap: { name: "ca" }, mountPath: "/ca" }], fromStep: true },
      },
      own: { volumes: { set: [claim("a", "/ca/certs")], default: [claim("b", "/ca/other")] } },
    },
    {
      about: "a limit below what the cluster requests",
      law: { resources: { set: { requests: { cpu: 4 } } } },
      own: { resources: { set: { limits: { cpu: 1 } } } },
    },
    {
      about: "another value",
      law: {
        labels: { set: { a: "b" }, fromStep: true },
        affinity: { set: { nodeAffinity: {} }, fromStep: true },
      },
      own: { labels: { set: { a: "c" } }, affinity: { set: { podAffinity: {} } } },
    },
    {
      about: "escalation forbidden to what is privileged",
      law: { securityContext: { set: { privileged: true } } },
      own: { securityContext: { set: { allowPrivilegeEscalation: false } } },
    },
  ])("does not displace what the cluster says by $about", ({ law, own }) => {
    expect(attack({ law, own }).pod.spec).toEqual(attack({ law, own: {} }).pod.spec);
  });

  it.each<{ about: string; law: object; own: object }>([
    {
      about: "a limit that the cluster sets",
      law: { set: { limits: { memory: "1Gi" } } },
      own: { min: { memory: "64Gi" } },
    },
    {
      about: "a request that the cluster sets",
      law: { set: { requests: { cpu: "100m" } } },
      own: { min: { cpu: 32 } },
    },
    {
      about: "a request that the cluster sets beside a limit",
      law: { set: { requests: { cpu: "100m" }, limits: { cpu: 64 } } },
      own: { maxLimitRequestRatio: { cpu: 1 } },
    },
    {
      about: "a default, where steps may not ask",
      law: { fromStep: false, default: { requests: { cpu: "100m" }, limits: { cpu: 64 } } },
      own: { min: { cpu: 32 }, maxLimitRequestRatio: { cpu: 1 } },
    },
  ])("does not raise $about", ({ law, own }) => {
    const decision = attack({ law: { resources: law }, own: { resources: own } });

    expect(codesOf(decision)).toEqual(refused);
    expect(decision.pod.spec).toEqual(attack({ law: { resources: law }, own: {} }).pod.spec);
  });

  it("raises what the step has, and nothing of other containers", () => {
    const resources = { requests: { cpu: 1 }, limits: { cpu: 8 } };
    const side = { name: "side", resources };
    const spec = { containers: [{ name: "step", image: "alpine", resources }, side], initContainers: [side] };
    const own = { resources: { min: { cpu: 2 }, maxLimitRequestRatio: { cpu: 2 } } };

    const decision = attack({ law: {}, own, spec });

    expect(stepOf(decision)?.resources).toEqual({ requests: { cpu: "4" }, limits: { cpu: 8 } });
    expect([sideOf(decision), decision.pod.spec.initContainers?.[0]]).toEqual([side, side]);
  });

  it("makes no denial an admission", () => {
    const law = { onRefusal: "deny", securityContext: { default: { runAsNonRoot: true } } };
    const options = { securityContext: { runAsUser: 0 } };

    for (const own of [
      { onRefusal: "warn" },
      { securityContext: { default: { runAsNonRoot: false } } },
      { securityContext: { fromStep: { root: true } } },
      { securityContext: { fromStep: false } },
    ])
      expect(attack({ law, own, options }).outcome).toBe("refused");
  });
});
