import { decide } from "../src/admission/decide.ts";
import { answerReview } from "../src/admission/review.ts";
import { createPolicySet } from "../src/policy/policy-set.ts";
import { readPolicies } from "../src/policy/read-policies.ts";
import { OPTIONS, POLICY, policyText, reviewOf, stepPod } from "./corpus.ts";

/** What the engine alone costs, in microseconds. */
export interface EngineFigures {
  readonly seen: number;
  readonly unseen: number;
  readonly noOptions: number;
  readonly parse: number;
  readonly answer: number;
}

const facts = { namespace: "woodpecker", now: Date.now() };

const { policies } = readPolicies([{ path: POLICY, text: policyText() }], {
  namespace: "podpecker",
  promoted: [],
});
const set = createPolicySet(policies);
const pod = stepPod(OPTIONS);
const plain = stepPod("");
const body = reviewOf(pod);

/** Microseconds a call, after a warm-up; the best of three rounds, which the machine disturbed least. */
function time(calls: number, call: (index: number) => void): number {
  for (let index = 0; index < calls / 4; index += 1) call(index);
  const rounds = [1, 2, 3].map((round) => {
    const start = performance.now();
    for (let index = 0; index < calls; index += 1) call(round * calls + index);
    return ((performance.now() - start) * 1000) / calls;
  });
  return Math.min(...rounds);
}

const figures: EngineFigures = {
  seen: time(50_000, () => decide(pod, facts, set)),
  unseen: time(3_000, (index) => decide(stepPod(`${OPTIONS}# ${index}\n`), facts, set)),
  noOptions: time(50_000, () => decide(plain, facts, set)),
  parse: time(50_000, () => void JSON.parse(body)),
  answer: time(20_000, () => answerReview(body, set, { now: Date.now() })),
};

process.stdout.write(JSON.stringify(figures));
