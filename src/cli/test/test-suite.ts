import { type ReviewFacts } from "../../policy/match.ts";
import { type Policy } from "../../policy/policy.ts";
import { type PolicySet } from "../../policy/policy-set.ts";
import { type Pod } from "../../kubernetes/pod.ts";
import { type Position } from "../../text/problem.ts";
import { type Expectation } from "./expectation.ts";

/** A case, ready to be decided about. */
export interface TestCase {
  readonly name: string;
  readonly position: Position;
  readonly pod: Pod;
  readonly facts: ReviewFacts;
  readonly expect: Expectation;
}

/** The cases of a file, and the policies that they are about. */
export interface TestSuite {
  readonly file: string;
  readonly policies: PolicySet;
  /** The same policies, those in audit mode among them, and where they stand. */
  readonly placed: readonly PlacedPolicy[];
  readonly cases: readonly TestCase[];
}

/** A policy and the file that it stands in. */
export interface PlacedPolicy {
  readonly policy: Policy;
  readonly file: string;
  /** Tells it from all others, whichever way its file was named. */
  readonly id: string;
}
