import { describe, expect, it } from "vitest";

import { workflowOf } from "#src/engine/workflow.ts";

const TASK = "woodpecker-ci.org/task-uuid";
const WORKFLOW = "podpecker.dev/workflow";

describe("the workflow of a Pod", () => {
  it.each([
    {
      about: "is what the agent's label says, before any annotation",
      metadata: { labels: { [TASK]: "4711" }, annotations: { [WORKFLOW]: "mine" } },
      workflow: { id: "4711", path: ["metadata", "labels", TASK] },
    },
    {
      about: "is what the annotation says, where there is no label",
      metadata: { annotations: { [WORKFLOW]: "mine" } },
      workflow: { id: "mine", path: ["metadata", "annotations", WORKFLOW] },
    },
    {
      about: "is what the annotation says, where the label is empty",
      metadata: { labels: { [TASK]: "" }, annotations: { [WORKFLOW]: "mine" } },
      workflow: { id: "mine", path: ["metadata", "annotations", WORKFLOW] },
    },
    { about: "is none, where nobody says one", metadata: { annotations: { [WORKFLOW]: "" } } },
  ])("$about", ({ metadata, workflow }) => {
    expect(workflowOf({ metadata, spec: { containers: [{ name: "step" }] } })).toEqual(workflow);
  });
});
