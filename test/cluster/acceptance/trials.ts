import { readFileSync } from "node:fs";

import { parse } from "yaml";
import { z } from "zod";

import { decide } from "#src/admission/decide.ts";
import {
  exampleGoldenFile,
  exampleNames,
  FACTS,
  readExamplePolicy,
  readExampleStep,
} from "#test/examples/examples.ts";
import { goldenCases, podOf, policiesOf, readCase } from "#test/golden-cases.ts";
import { type Trial } from "./trial.ts";
import { NOW } from "#test/now.ts";

/** A trial, and what becomes of it by its golden file. */
export interface Example extends Trial {
  readonly name: string;
  readonly expected: string;
}

const Outcome = z.looseObject({ outcome: z.string() });

/** All golden cases, by their files' names. */
export const goldenTrials = (): Example[] =>
  goldenCases.map(({ name, file }) => {
    const { case_, optionsText } = readCase(file);
    const { namespace, user } = case_;
    const { outcome: expected } = Outcome.parse(case_.expect);
    return {
      name,
      pod: podOf(case_, optionsText),
      facts: { namespace, user, now: NOW },
      policies: policiesOf(case_),
      expected,
    };
  });

/** The cookbook's own steps, and two others, under each policy of it, `cookbook/policy/step`. */
export const cookbookTrials = (): Example[] => {
  const steps = [
    ...exampleNames("cookbook/steps").map((name) => ({ name, pod: readExampleStep(name, "cookbook/steps") })),
    ...["minimal", "privileged-plugin"].map((name) => ({ name, pod: readExampleStep(name) })),
  ];
  return exampleNames("cookbook").flatMap((policy) => {
    const policies = readExamplePolicy(policy, "cookbook");
    return steps.map(({ name, pod }) => {
      const { outcome: expected } = decide(pod, FACTS, policies);
      return { name: `cookbook/${policy}/${name}`, pod, facts: FACTS, policies, expected };
    });
  });
};

/** Every example step under every example policy, `policy/step`. */
export const exampleTrials = (): Example[] =>
  exampleNames("policies").flatMap((policy) => {
    const policies = readExamplePolicy(policy);
    return exampleNames("steps").map((step) => {
      const { outcome: expected } = Outcome.parse(
        parse(readFileSync(exampleGoldenFile(policy, step), "utf8")),
      );
      return { name: `${policy}/${step}`, pod: readExampleStep(step), facts: FACTS, policies, expected };
    });
  });
