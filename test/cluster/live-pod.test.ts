import { describe, expect, it } from "vitest";
import { z } from "zod";

import { Pod } from "#src/kubernetes/pod.ts";
import { call, type Reply } from "./control-plane/call.ts";
import { kubectl } from "./control-plane/kubectl.ts";
import { untilObject } from "./control-plane/until-object.ts";
import { createdPod } from "./create-pod.ts";
import { installed } from "./installed.ts";
import { metric } from "./metric.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { stepPod } from "./step-pod.ts";

/** What is wanted of Pods that are there already. */
const plane = sharedPlane();
const podpecker = installed(plane);

const policy = {
  description: "ask #ci",
  resources: {
    default: { requests: { cpu: "100m" }, limits: { cpu: "1" } },
    max: { cpu: "2" },
    maxPod: { cpu: "3" },
  },
  securityContext: {
    set: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    fromStep: { root: false },
  },
};
const sidecar = {
  name: "db",
  image: "postgres:17",
  restartPolicy: "Always",
  resources: { requests: { cpu: "1" }, limits: { cpu: "1" } },
};

/** A step with a sidecar, on a node of which kwok says that both run. */
async function runningPod(): Promise<string> {
  const namespace = await podOf({});
  await untilObject(plane, pathOf(namespace), ({ status }) => status?.["phase"] === "Running");
  return namespace;
}

/** The same, which no node takes: of one that runs, the API server wants to hear its node's word on resizes, and kwok has none. */
const waitingPod = (): Promise<string> => podOf({ nodeSelector: { "kubernetes.io/hostname": "nowhere" } });

async function podOf(spec: object): Promise<string> {
  const namespace = await stepNamespace(podpecker(), { policy });
  await createdPod(plane, stepPod(namespace, { spec: { initContainers: [sidecar], ...spec } }));
  return namespace;
}

const pathOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/pods/wp-step`;
const patch = (namespace: string, subresource: string, body: object): Promise<Reply> =>
  call(plane, "PATCH", `${pathOf(namespace)}/${subresource}`, {
    body,
    type: "application/strategic-merge-patch+json",
  });

const resize = (namespace: string, list: "containers" | "initContainers", cpu: string): Promise<Reply> =>
  patch(namespace, "resize", {
    spec: { [list]: [{ name: list === "containers" ? "wp-step" : "db", resources: { limits: { cpu } } }] },
  });

const Denial = z.object({ message: z.string() });
const told = ({ status, body }: Reply): string => `${status} ${Denial.parse(body).message}`;

describe("a resize", () => {
  it("within the bounds is let pass, of the step as of its sidecar", async () => {
    const namespace = await waitingPod();

    expect(await resize(namespace, "containers", "2")).toMatchObject({ status: 200 });
    expect(await resize(namespace, "initContainers", "1")).toMatchObject({ status: 200 });
  });

  it("beyond them is refused, with what is wrong and whom to ask", async () => {
    const namespace = await waitingPod();

    expect(told(await resize(namespace, "containers", "5"))).toMatch(
      /^403 admission webhook "pod-validation\.podpecker\.dev" denied the request: podpecker: the Pod goes beyond what the policy allows\n- spec\.containers\[0\]\.resources\.limits\.cpu: "5" is more than the policy lets it be, "2" \(podpecker\/.*#\/resources\/max\/cpu\)\npolicies: .*; ask: .*ask #ci$/,
    );
    expect(told(await resize(namespace, "initContainers", "2500m"))).toMatch(/spec\.initContainers\[0\]/);
  });

  it("of one container that makes the Pod too large is refused, in one step as in two", async () => {
    const namespace = await waitingPod();

    expect(await resize(namespace, "containers", "2")).toMatchObject({ status: 200 });
    expect(told(await resize(namespace, "initContainers", "1500m"))).toMatch(
      /^403 .*\n.*#\/resources\/maxPod\/cpu/,
    );
    expect(Pod.parse((await call(plane, "GET", pathOf(namespace))).body).spec.initContainers).toMatchObject([
      { resources: { limits: { cpu: "1" } } },
    ]);
  });
});

describe("an ephemeral container", () => {
  const add = (namespace: string, container: object): Promise<Reply> =>
    patch(namespace, "ephemeralcontainers", {
      spec: { ephemeralContainers: [{ name: "debugger", image: "busybox", ...container }] },
    });
  const restricted = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };

  it.each([
    { title: "is privileged", container: { securityContext: { privileged: true } } },
    { title: "is root", container: { securityContext: { ...restricted, runAsUser: 0 } } },
    {
      title: "has a capability",
      container: { securityContext: { ...restricted, capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] } } },
    },
    { title: "says nothing of what is set", container: {} },
    {
      title: "reads a Secret",
      container: { securityContext: restricted, envFrom: [{ secretRef: { name: "deploy-key" } }] },
    },
  ])("that $title is refused", async ({ container }) => {
    const namespace = await runningPod();

    const reply = await add(namespace, container);

    expect(told(reply)).toMatch(
      /^403 admission webhook "pod-validation\.podpecker\.dev" denied .*\n- spec\.ephemeralContainers\[0\]\./,
    );
  });

  it("that is as the policy wants it is let pass, beside the container that it looks at", async () => {
    const namespace = await runningPod();

    const { status, body } = await add(namespace, {
      securityContext: restricted,
      targetContainerName: "wp-step",
    });

    expect({ status, body }).toMatchObject({ status: 200 });
    expect(Pod.parse(body).spec.ephemeralContainers).toHaveLength(1);
  });

  it("of kubectl debug is judged by what its profile says", async () => {
    const namespace = await runningPod();
    const debug = (profile: string) =>
      kubectl(plane, [
        ...["debug", "wp-step", "--namespace", namespace, "--image=busybox", `--container=${profile}`],
        ...["--profile", profile, "--attach=false"],
      ]);

    const [sysadmin, safe] = [await debug("sysadmin"), await debug("restricted")];

    expect(sysadmin).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("securityContext.privileged") as string,
    });
    expect(safe).toMatchObject({ code: 0 });
  });
});

it("counts what it judges apart from what it decides", async () => {
  const [replica] = podpecker().replicas;
  const counted = async (): Promise<number> =>
    replica === undefined
      ? 0
      : metric(
          replica,
          'podpecker_pod_validations_total{occasion="resize",outcome="refused",dry_run="false"}',
        );
  const namespace = await waitingPod();
  const before = await counted();

  await resize(namespace, "containers", "5");

  expect(await counted()).toBe(before + 1);
});
