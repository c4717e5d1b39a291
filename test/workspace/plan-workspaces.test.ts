import { describe, expect, it } from "vitest";

import {
  nothingRemembered,
  PENDING_MS,
  planWorkspaces,
  type Remembered,
  type Situation,
} from "#src/workspace/plan-workspaces.ts";
import { readWorkflowPod } from "#src/workspace/workflow-pod.ts";
import { readWorkspaceClaim, type WorkspaceClaim } from "#src/workspace/workspace-claim.ts";
import { type ClaimParts, claimObject, type PodParts, workflowPodObject } from "./objects.ts";

const MINUTE = 60_000;

const situation = (pods: readonly PodParts[], claims: readonly ClaimParts[] = []): Situation => ({
  pods: pods.flatMap((pod) => readWorkflowPod(workflowPodObject(pod)) ?? []),
  claims: claims.flatMap((claim) => readWorkspaceClaim(claimObject(claim)) ?? []),
  foreign: new Set(),
});

/** What is to be done, in short, after a time in which nothing else happened. */
function actions(
  { pods, claims }: { readonly pods: readonly PodParts[]; readonly claims?: readonly ClaimParts[] },
  {
    afterMs = 0,
    before = nothingRemembered,
  }: { readonly afterMs?: number; readonly before?: Remembered } = {},
): readonly string[] {
  const seen = situation(pods, claims);
  const first = planWorkspaces(seen, before, 0);
  const plan = planWorkspaces(seen, first.remembered, afterMs);
  return plan.actions.map((action) => (action.what === "tell" ? `tell ${action.why}` : action.what));
}

const over = { phase: "Succeeded", nodeName: "a" };
const running = { phase: "Running", nodeName: "a" };

describe("a workspace", () => {
  it.each([
    { title: "is made for the first Pod", pods: [{}], what: ["create"] },
    { title: "is made once for several Pods", pods: [{ name: "a" }, { name: "b" }], what: ["create"] },
    { title: "is not made for a Pod that is over", pods: [over], what: [] },
    {
      title: "stays while a Pod runs",
      pods: [running, { ...over, name: "b" }],
      claims: [{}],
      afterMs: 60 * MINUTE,
      what: [],
    },
    { title: "stays while a Pod waits for a node", pods: [{}], claims: [{}], afterMs: 60 * MINUTE, what: [] },
    {
      title: "stays for a while after the last Pod",
      pods: [over],
      claims: [{}],
      afterMs: 10 * MINUTE - 1,
      what: [],
    },
    { title: "is removed after that", pods: [over], claims: [{}], afterMs: 10 * MINUTE, what: ["remove"] },
    {
      title: "is removed where no Pod is left of a workflow that nobody saw",
      pods: [],
      claims: [{}],
      afterMs: 10 * MINUTE,
      what: ["remove"],
    },
    {
      title: "is removed at once where the creator says that it is the end",
      pods: [{ ...over, annotations: { "podpecker.dev/workflow-finished": "true" } }],
      claims: [{}],
      what: ["remove"],
    },
    {
      title: "stays where that is said and a Pod still runs",
      pods: [{ ...running, annotations: { "podpecker.dev/workflow-finished": "true" } }],
      claims: [{}],
      afterMs: 60 * MINUTE,
      what: [],
    },
    {
      title: "that goes is not removed again",
      pods: [over],
      claims: [{ isEnding: true }],
      afterMs: 60 * MINUTE,
      what: [],
    },
    {
      title: "that goes is told to who waits",
      pods: [over, { name: "b" }],
      claims: [{ isEnding: true }],
      what: ["tell ending"],
    },
    {
      title: "that goes is nothing to who has a node already",
      pods: [running],
      claims: [{ isEnding: true }],
      what: [],
    },
    {
      title: "without a volume is not explained at once",
      pods: [{}],
      claims: [{ phase: "Pending" }],
      afterMs: PENDING_MS - 1,
      what: [],
    },
    {
      title: "without a volume is explained",
      pods: [{}],
      claims: [{ phase: "Pending" }],
      afterMs: PENDING_MS,
      what: ["explain"],
    },
  ])("$title", ({ what, afterMs = 0, ...seen }) => {
    expect(actions(seen, { afterMs })).toEqual(what);
  });

  it("of somebody else's making is told to who waits for it", () => {
    const seen = situation([{}]);
    const foreign = new Set([`ci/${seen.pods[0]?.claim ?? ""}`]);

    const { actions: told } = planWorkspaces({ ...seen, foreign }, nothingRemembered, 0);

    expect(told).toMatchObject([{ what: "tell", why: "foreign" }]);
  });

  it("outlives its Pods anew when another one was there, though none was seen to run", () => {
    const first = planWorkspaces(situation([over], [{}]), nothingRemembered, 0);
    const more = planWorkspaces(
      situation([over, { ...over, name: "b" }], [{}]),
      first.remembered,
      9 * MINUTE,
    );
    const later = planWorkspaces(situation([], [{}]), more.remembered, 11 * MINUTE);

    expect([first, more, later].map(({ restMs }) => restMs / MINUTE)).toEqual([10, 10, 8]);
  });

  it("is removed at once where the Pod is gone that said so", () => {
    const annotations = { "podpecker.dev/workflow-finished": "true" };
    const { remembered } = planWorkspaces(
      situation([{ ...running, annotations }], [{}]),
      nothingRemembered,
      0,
    );

    expect(actions({ pods: [], claims: [{}] }, { before: remembered })).toEqual(["remove"]);
  });

  it("is one of its namespace and its id", () => {
    const pods = [{}, { namespace: "other", name: "b" }, { workflow: "W", name: "c" }];

    expect(actions({ pods, claims: [{}] })).toEqual(["create", "create"]);
  });
});

describe("a Pod", () => {
  const object = workflowPodObject();

  it.each([
    { title: "without the label", part: { metadata: { ...object.metadata, labels: {} } } },
    { title: "that does not mount the claim", part: { spec: { ...object.spec, volumes: [] } } },
  ])("$title has no workspace of Podpecker's", ({ part }) => {
    expect(readWorkflowPod(object)).toBeDefined();
    expect(readWorkflowPod({ ...object, ...part })).toBeUndefined();
  });

  it.each([
    { title: "has lost its workflow", annotations: {} },
    { title: "says another workflow", annotations: { "podpecker.dev/workflow": "other" } },
  ])("that $title keeps the claim that it mounts, and has none made", ({ annotations }) => {
    const pod = readWorkflowPod({ ...object, metadata: { ...object.metadata, annotations } });
    const claim = readWorkspaceClaim(claimObject());
    if (pod === undefined || claim === undefined) throw new Error("both can be read");
    const remembered = { ...nothingRemembered, marked: new Set([claim.uid]) };
    const plan = (claims: readonly WorkspaceClaim[]) =>
      planWorkspaces({ pods: [pod], claims, foreign: new Set() }, remembered, 0).actions;

    expect(plan([claim])).toEqual([]);
    expect(plan([])).toEqual([]);
  });
});

describe("a claim", () => {
  const object = claimObject();
  const { metadata } = object;

  it.each([
    { title: "without the label", part: { labels: { "app.kubernetes.io/managed-by": "podpecker" } } },
    { title: "that nobody manages", part: { labels: { "podpecker.dev/workflow": metadata.name } } },
    { title: "without the annotation", part: { annotations: {} } },
    { title: "with nonsense in it", part: { annotations: { "podpecker.dev/workspace": "{" } } },
    {
      title: "with another workflow's name",
      part: { name: "data", labels: { ...metadata.labels, "podpecker.dev/workflow": "data" } },
    },
  ])("$title is not Podpecker's", ({ part }) => {
    expect(readWorkspaceClaim(object)).toBeDefined();
    expect(readWorkspaceClaim({ ...object, metadata: { ...metadata, ...part } })).toBeUndefined();
  });
});
