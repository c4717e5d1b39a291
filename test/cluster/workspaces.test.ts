import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";

import { inParallel } from "#src/cli/serve/workspaces/in-parallel.ts";
import { workspaceClaimName } from "#src/engine/workspace-claim-name.ts";
import { applyForTest } from "./apply-for-test.ts";
import { call } from "./control-plane/call.ts";
import { type Replica } from "./control-plane/replica.ts";
import { type ApiObject, untilObject } from "./control-plane/until-object.ts";
import { until } from "./control-plane/until.ts";
import { installed } from "./installed.ts";
import { metric } from "./metric.ts";
import { policyConfigMap } from "./policy-config-map.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { succeed } from "./succeed.ts";
import {
  addVolumes,
  claimPath,
  claimsIn,
  createStep,
  deleteStep,
  finishStep,
  markEnd,
  removeVolumes,
  untilNoClaim,
  untilRunning,
  untilTold,
  type WorkflowStep,
} from "./workspace-steps.ts";

const plane = sharedPlane();
const COMPONENT = join(import.meta.dirname, "../../manifests/components/workspaces");
const podpecker = installed(plane, 2);
const LEASE = "/apis/coordination.k8s.io/v1/namespaces/podpecker/leases/podpecker-workspaces";
const TTL = "2s";
// More at a time take longer than a webhook may, where two cores are shared with a control plane.
const AT_ONCE = 20;

beforeAll(async () => {
  for (const name of ["cluster-role", "role"])
    await succeed(plane, ["apply", "-f", join(COMPONENT, `${name}.yaml`)]);
  return async () => {
    for (const name of ["cluster-role", "role"])
      await succeed(plane, ["delete", "--ignore-not-found", "-f", join(COMPONENT, `${name}.yaml`)]);
  };
});

/** A namespace whose workflows have workspaces, of volumes that are there. */
async function workspaceNamespace(
  volumes: number,
  workspace: object = {},
  sections: object = {},
): Promise<string> {
  const namespace = await stepNamespace(podpecker());
  await addVolumes(plane, namespace, volumes);
  onTestFinished(() => removeVolumes(plane, namespace));
  const terms = { size: "1Gi", storageClass: namespace, accessMode: "ReadWriteOnce", ttlAfterFinished: TTL };
  const policy = { match: { namespaces: [namespace] }, workspace: { ...terms, ...workspace }, ...sections };
  await applyForTest(plane, policyConfigMap(namespace, policy));
  await podpecker().untilInForce(namespace);
  return namespace;
}

/** The one replica that acts, once there is one. */
const untilLed = (): Promise<Replica> =>
  until(
    "a replica leads",
    async () => {
      const leading = await leaders();
      return leading.length === 1 ? leading[0] : undefined;
    },
    60,
  );

async function leaders(): Promise<readonly Replica[]> {
  const leads = await Promise.all(
    podpecker().replicas.map((replica) => metric(replica, "podpecker_workspace_leader")),
  );
  return podpecker().replicas.filter((_, index) => leads[index] === 1);
}

const step = (namespace: string, name: string, workflow = "w"): WorkflowStep => ({
  namespace,
  name,
  workflow,
});

async function nodeOf({ namespace, name }: WorkflowStep): Promise<unknown> {
  const { spec } = await untilObject(plane, `/api/v1/namespaces/${namespace}/pods/${name}`, () => true);
  return spec?.["nodeName"];
}

async function uidOf(of: WorkflowStep): Promise<string> {
  const { metadata } = await untilObject(plane, claimPath(of), ({ status }) => status?.["phase"] === "Bound");
  return metadata.uid;
}

describe("a workflow", () => {
  it("of five steps has one claim, from its first Pod until its last one has been over for a while", async () => {
    const namespace = await workspaceNamespace(1, { ttlAfterFinished: "4s" });
    const uids = new Set<string>();

    for (const name of ["clone", "build", "test", "lint", "deploy"]) {
      const one = step(namespace, name);
      await createStep(plane, one);
      await untilRunning(plane, one);
      uids.add(await uidOf(one));
      await finishStep(plane, one);
      await deleteStep(plane, one);
    }
    const claim = await untilObject(plane, claimPath(step(namespace, "")), () => true);
    await untilNoClaim(plane, namespace);

    expect(uids.size).toBe(1);
    expect(claim.metadata).toMatchObject({
      labels: {
        "podpecker.dev/workflow": workspaceClaimName("w"),
        "app.kubernetes.io/managed-by": "podpecker",
      },
      annotations: { "podpecker.dev/workspace": '{"workflow":"w","ttlAfterFinished":"4s"}' },
    });
    expect(claim.spec).toMatchObject({
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "1Gi" } },
      storageClassName: namespace,
    });
  });

  it("with parallel steps and a detached service keeps its claim as long as any of them runs", async () => {
    const namespace = await workspaceNamespace(1);
    const [service, ...steps] = ["service", "a", "b"].map((name) => step(namespace, name));
    if (service === undefined) throw new Error("there is one");
    await Promise.all([service, ...steps].map((one) => createStep(plane, one)));
    await Promise.all([service, ...steps].map((one) => untilRunning(plane, one)));
    const uid = await uidOf(service);
    // Block storage is mounted on one node at a time.
    const nodes = await Promise.all([service, ...steps].map(nodeOf));
    expect(new Set(nodes).size).toBe(1);

    for (const one of steps) await finishStep(plane, one);
    // Another workflow comes and goes meanwhile, for longer than the claim would have outlived its own.
    const other = step(namespace, "other", "x");
    await addVolumes(plane, `${namespace}-x`, 0);
    await createStep(plane, other);
    await untilObject(plane, claimPath(other), () => true);
    await deleteStep(plane, other);
    await until(
      "the other claim is gone",
      async () => (await claimsIn(plane, namespace)).length === 1 || undefined,
    );
    expect(await uidOf(service)).toBe(uid);
    await finishStep(plane, service, "Failed");
    for (const one of [service, ...steps]) await deleteStep(plane, one);

    await untilNoClaim(plane, namespace);
  });

  it("that its creator calls over has its claim removed at once", async () => {
    const namespace = await workspaceNamespace(1, { ttlAfterFinished: "1h" });
    const last = step(namespace, "last");
    await createStep(plane, last);
    await untilRunning(plane, last);

    await markEnd(plane, last);
    await finishStep(plane, last);
    // The real PVC protection: it stays as long as the finished Pod is there.
    await untilObject(plane, claimPath(last), ({ metadata }) => "deletionTimestamp" in metadata);
    await deleteStep(plane, last);

    await untilNoClaim(plane, namespace);
  });

  it("that a creator calls over who is not trusted keeps its claim", async () => {
    const namespace = await workspaceNamespace(1, { ttlAfterFinished: "1h" }, { trustAnnotations: false });
    const last = { ...step(namespace, "last"), isAgents: true };
    await createStep(plane, last);
    await untilRunning(plane, last);

    await markEnd(plane, last);
    await finishStep(plane, last);
    // What comes later is done, so that this was seen.
    const next = { ...step(namespace, "next", "n"), isAgents: true };
    await createStep(plane, next);
    await untilObject(plane, claimPath(next), () => true);

    const claim = await untilObject(plane, claimPath(last), () => true);
    expect(claim.metadata).not.toHaveProperty("deletionTimestamp");
  });

  it("that goes on although it counted as over is told, and gets another claim", async () => {
    const namespace = await workspaceNamespace(2);
    const [first, late] = [step(namespace, "first"), step(namespace, "late")];
    await createStep(plane, first);
    await untilRunning(plane, first);
    await finishStep(plane, first);
    await untilObject(plane, claimPath(first), ({ metadata }) => "deletionTimestamp" in metadata);

    await createStep(plane, late);
    expect(await untilTold(plane, late, "WorkspaceEnding")).toContain("begins with an empty workspace");
    await deleteStep(plane, first);
    await untilRunning(plane, late);

    await deleteStep(plane, late);
    await untilNoClaim(plane, namespace);
  });
});

describe("a claim that cannot be had", () => {
  it("is told where a quota refuses it, and made when there is room", async () => {
    const namespace = await workspaceNamespace(1);
    const quotas = `/api/v1/namespaces/${namespace}/resourcequotas`;
    const quota = { metadata: { name: "storage" }, spec: { hard: { persistentvolumeclaims: "0" } } };
    await call(plane, "POST", quotas, { body: quota });
    await untilObject(plane, `${quotas}/storage`, ({ status }) => status?.["hard"] !== undefined);
    const one = step(namespace, "one");

    await createStep(plane, one);
    expect(await untilTold(plane, one, "WorkspaceRefused")).toContain("exceeded quota: storage");
    await call(plane, "DELETE", `${quotas}/storage`);

    await untilRunning(plane, one);
    await deleteStep(plane, one);
    await untilNoClaim(plane, namespace);
  });

  it("is left alone where somebody else made one of that name", async () => {
    const namespace = await workspaceNamespace(1);
    const one = step(namespace, "one");
    const foreign = {
      metadata: { name: workspaceClaimName("w") },
      spec: {
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "1Gi" } },
        storageClassName: "none",
      },
    };
    const claims = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
    await call(plane, "POST", claims, { body: foreign });

    await createStep(plane, one);
    expect(await untilTold(plane, one, "WorkspaceForeign")).toContain("did not make");
    await deleteStep(plane, one);

    expect(await claimsIn(plane, namespace)).toHaveLength(1);
  });

  it("has the words of whoever makes volumes, where its class is none", async () => {
    const namespace = await workspaceNamespace(0, { storageClass: "missing" });
    const one = step(namespace, "one");

    await createStep(plane, one);

    const told = await until(
      "an Event",
      () => untilTold(plane, one, "WorkspacePending").catch(() => undefined),
      90,
    );
    expect(told).toContain('"missing" not found');
    await deleteStep(plane, one);
    await untilNoClaim(plane, namespace);
  }, 120_000);
});

describe("whatever happens to replicas", () => {
  it("one of them acts, and another one when it is killed; what was left over is found", async () => {
    const namespace = await workspaceNamespace(2);
    const leader = await untilLed();
    const orphan = step(namespace, "orphan", "o");
    await createStep(plane, orphan);
    await untilRunning(plane, orphan);

    await leader.stop("SIGKILL");
    await podpecker().stopReplica(leader);
    await deleteStep(plane, orphan);
    const later = step(namespace, "later", "l");
    await createStep(plane, later);
    await untilRunning(plane, later, 60);
    expect(await leaders()).toHaveLength(1);
    await podpecker().addReplica();
    await deleteStep(plane, later);

    await untilNoClaim(plane, namespace, 60);
  }, 180_000);

  const moments = [
    "before there is a Pod",
    "as the Pod is there",
    "as the claim is there",
    "while the step runs",
    "as the step ends",
    "as the claim goes",
  ] as const;

  it.each(moments)(
    "a claim lives as long as its workflow where the one that acts is killed %s",
    async (at) => {
      const namespace = await workspaceNamespace(1);
      const one = step(namespace, "one");
      const claimIs = (isAwaited: (claim: ApiObject) => boolean): Promise<ApiObject> =>
        untilObject(plane, claimPath(one), isAwaited, 60);
      const killAt = async (moment: (typeof moments)[number]): Promise<void> => {
        if (moment === at) await killLeader();
      };

      await killAt("before there is a Pod");
      await createStep(plane, one);
      await killAt("as the Pod is there");
      const { metadata: made } = await claimIs(() => true);
      await killAt("as the claim is there");
      await untilRunning(plane, one, 60);
      await killAt("while the step runs");
      await untilLed();
      const { metadata: kept } = await claimIs(() => true);
      await finishStep(plane, one);
      await killAt("as the step ends");
      // The finished Pod holds it.
      const { metadata: going } = await claimIs(
        ({ metadata }) => metadata["deletionTimestamp"] !== undefined,
      );
      await killAt("as the claim goes");
      await deleteStep(plane, one);

      await untilNoClaim(plane, namespace, 60);
      expect([kept.uid, going.uid]).toEqual([made.uid, made.uid]);
      expect(kept["deletionTimestamp"]).toBeUndefined();
    },
    180_000,
  );

  async function killLeader(): Promise<void> {
    const leader = await untilLed();
    await leader.stop("SIGKILL");
    await podpecker().stopReplica(leader);
    await podpecker().addReplica();
  }

  it("the other one goes on at once when the one that acts is told to stop", async () => {
    await workspaceNamespace(0);
    const leader = await untilLed();

    const givenBack = untilObject(plane, LEASE, ({ spec }) => spec?.["holderIdentity"] === "");
    await podpecker().stopReplica(leader);
    // Not by the end of its time, then.
    await givenBack;

    expect(await untilLed()).not.toBe(leader);
    await podpecker().addReplica();
  }, 120_000);

  it("a restart of the API server loses nothing, and makes nothing twice", async () => {
    const namespace = await workspaceNamespace(3);
    await untilLed();
    const running = step(namespace, "running", "r");
    await createStep(plane, running);
    await untilRunning(plane, running);
    const uid = await uidOf(running);

    await plane.apiServer.restart();
    await plane.restartControllers();
    const next = step(namespace, "next", "n");
    await createStep(plane, next);
    await untilRunning(plane, next, 60);

    expect(await uidOf(running)).toBe(uid);
    for (const one of [running, next]) await deleteStep(plane, one);
    await untilNoClaim(plane, namespace, 60);
  }, 180_000);
});

it("two hundred workflows at once cost three calls each, by the API server's own audit log", async () => {
  const namespace = await workspaceNamespace(200);
  await untilLed();
  const steps = Array.from({ length: 200 }, (_, index) => step(namespace, `s${index}`, `w${index}`));

  await inParallel(steps, AT_ONCE, (one) => createStep(plane, one));
  for (const one of steps) await untilRunning(plane, one, 120);
  await inParallel(steps, AT_ONCE, (one) => deleteStep(plane, one));
  await untilNoClaim(plane, namespace, 120);

  const { "list events": explained = 0, ...calls } = await callsAbout(namespace);
  expect(calls).toEqual({
    "create persistentvolumeclaims": 200,
    "list pods": 200,
    "delete persistentvolumeclaims": 200,
  });
  // Of each claim for which there is no volume within half a minute, as this machine may have it.
  expect(explained).toBeLessThanOrEqual(200);
}, 300_000);

it("takes every right of the component, and no other", async () => {
  const about = /^\w+ (pods|persistentvolumeclaims|leases|events)$/;

  const asked = [...new Set(await asking(() => true))].filter((what) => about.test(what));

  // To write Events is a right of the base.
  expect(asked.filter((what) => what !== "create events").sort()).toEqual([
    "create leases",
    "create persistentvolumeclaims",
    "delete persistentvolumeclaims",
    "get leases",
    "get persistentvolumeclaims",
    "list events",
    "list persistentvolumeclaims",
    "list pods",
    "update leases",
    "watch persistentvolumeclaims",
    "watch pods",
  ]);
});

/** How often Podpecker asked the API server for what in a namespace, but for Events. */
async function callsAbout(namespace: string): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const what of await asking((line) => line.includes(`"namespace":"${namespace}"`)))
    if (!what.endsWith(" events")) counts[what] = (counts[what] ?? 0) + 1;
  return counts;
}

const AuditEvent = z.object({ verb: z.string(), objectRef: z.object({ resource: z.string() }) });

/** What replicas asked the API server for, by those lines of its audit log. */
async function asking(isMeant: (line: string) => boolean): Promise<readonly string[]> {
  const lines = (await readFile(plane.auditLog, "utf8")).split("\n");
  return lines
    .filter((line) => line.includes('"userAgent":"podpecker"') && isMeant(line))
    .map((line) => {
      const { verb, objectRef } = AuditEvent.parse(JSON.parse(line));
      return `${verb} ${objectRef.resource}`;
    });
}
