import { decide } from "../src/admission/decide.ts";
import { createPolicySet } from "../src/policy/policy-set.ts";
import { readPolicies } from "../src/policy/read-policies.ts";
import { OPTIONS, POLICY, policyText, stepPod } from "./corpus.ts";

/** What is resident after many decisions in a process that does nothing else. */
export interface MemoryFigures {
  readonly residentBytes: number;
  readonly decisions: number;
}

const TEXTS = 300;

const texts = [{ path: POLICY, text: policyText() }];
const { policies } = readPolicies(texts, { namespace: "podpecker", promoted: [] });
const set = createPolicySet(policies);

// Pods that differ, as a cluster's do: each has a name of its own, and the options come from a few hundred steps.
const decisions = Number(process.argv[2] ?? 1_000_000);
const options = Array.from({ length: TEXTS }, (_, index) => `${OPTIONS}labels: {environment: "${index}"}\n`);
for (let index = 0; index < decisions; index += 1)
  decide(
    stepPod(options[index % TEXTS] ?? "", `wp-${index}`),
    { namespace: "woodpecker", now: Date.now() },
    set,
  );

const figures: MemoryFigures = { residentBytes: process.memoryUsage.rss(), decisions };
process.stdout.write(JSON.stringify(figures));
