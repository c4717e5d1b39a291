import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";

import { type Pod } from "#src/kubernetes/pod.ts";
import { layers, NAMES, options, pod } from "#test/engine/arbitrary.ts";
import { policiesOf, withText } from "#test/engine/decision.ts";
import { creatable } from "./acceptance/creatable.ts";
import { ProvingGround } from "./acceptance/proving-ground.ts";
import { tryOut } from "./acceptance/trial.ts";
import { sharedPlane } from "./shared-plane.ts";
import { NOW } from "#test/now.ts";

// Each is three Pods sent; a failure prints the seed that finds it again, and what the API server said.
const RUNS = 200;
// A failure is printed then, as small as it has become; a slow machine must have come at least a third of the way.
const LIMIT_MS = 45_000;

const FACTS = { namespace: "ci", user: "agent", now: NOW };

it("accepts what is decided about any Pod that it accepts, which is then left as it is", async () => {
  const ground = await ProvingGround.of(sharedPlane(), NAMES.map(podOfClasses));
  onTestFinished(() => ground.clear());
  let accepted = 0;

  const law = fc.asyncProperty(pod, layers, options, async (given, documents, asked) => {
    const sent = withText(creatable(given), JSON.stringify(asked));
    const trial = { pod: sent, facts: FACTS, policies: policiesOf(documents) };
    const { refusal, outcome, objections } = await tryOut(trial, ground);

    fc.pre(refusal === undefined && outcome === "decided");
    expect(objections).toEqual([]);
    accepted += 1;
  });
  await fc.assert(law, { numRuns: RUNS, interruptAfterTimeLimit: LIMIT_MS });

  expect(accepted).toBeGreaterThan(RUNS / 3);
});

const podOfClasses = (name: string): Pod =>
  creatable({
    spec: {
      serviceAccountName: name,
      priorityClassName: name,
      runtimeClassName: name,
      containers: [{ name }],
    },
  });
