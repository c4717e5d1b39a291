import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type FindingCode } from "#src/engine/finding.ts";
import { runs } from "#test/runs.ts";
import { buildPod, minimalPod } from "#test/woodpecker/backend.ts";
import { cases, sample } from "#test/woodpecker/corpus.ts";
import { type Difference, differences } from "#test/woodpecker/differences.ts";
import { annotation, gates } from "#test/woodpecker/gates.ts";
import { omitEmpty } from "#test/woodpecker/omit-empty.ts";
import { type Container, type EnvVar, type Pod } from "#test/woodpecker/pod.ts";
import { type Answer, decidePod } from "#test/woodpecker/podpecker.ts";
import { parseQuantity } from "#test/woodpecker/quantity.ts";
import { namespaceOf, readSettings } from "#test/woodpecker/settings.ts";
import { type Case } from "#test/woodpecker/step.ts";
import { agentOf, caseOf, vectors } from "#test/woodpecker/vectors.ts";

// Some four seconds on two cores; a failure prints its seed and the smallest case that shows it.
const RUNS = runs(1000);

// Codes that nothing but a difference can cause: without one they must not be told.
const tellingCodes: readonly FindingCode[] = [
  "default-tolerations-joined",
  "mounted-read-only",
  "privileged-container",
  "toleration-seconds-dropped",
  "volume-shared",
];

// The vectors of this kind hold Pods.
const pods = vectors
  .filter(({ kind }) => kind === "pod")
  .map((vector) => ({ ...vector, expected: vector.expected as Pod | undefined }));

describe("a minimal step Pod becomes the Pod that the backend builds", () => {
  it("in every case, but for the differences that design.md names; and each of them is told", () => {
    const conforms = fc.property(cases, (asked) => {
      const { pod, shown } = expectedOf(asked, buildPod(asked));
      const answer = ask(asked);

      const denials = shown.filter(({ denies }) => denies === true);
      expect(answer.outcome).toBe(denials.length > 0 ? "malformed" : "decided");
      if (denials.length === 0) expect(plain(compared(answer.pod, shown))).toEqual(plain(pod));
      expectTold(answer, denials.length > 0 ? denials : shown);
    });

    fc.assert(conforms, { numRuns: RUNS });
  });

  it.each(pods)("as in $era $id", ({ era, input, expected }) => {
    const asked = caseOf(era, input);
    // Where a fact is about single fields, its agent is a real one.
    const agent = expected === undefined ? readSettings(era, asked.settings) : agentOf(asked);
    const { pod, shown } = expectedOf(asked, expected ?? buildPod(asked));

    const answer = ask(asked, agent);

    expect(plain(compared(answer.pod, shown))).toEqual(plain(pod));
    expectTold(answer, shown);
  });

  // A difference that no case shows would be a line that nobody checks.
  it("and the corpus shows every difference", () => {
    const shown = new Set(sample(1, 2000).flatMap((asked) => expectedOf(asked, buildPod(asked)).shown));

    expect(differences.filter((difference) => !shown.has(difference)).map(({ about }) => about)).toEqual([]);
  });
});

interface Expected {
  readonly pod: Pod;
  readonly shown: readonly Difference[];
}

/** The backend's Pod with every difference that shows taken in, one after the other. */
const expectedOf = (asked: Case, built: Pod): Expected =>
  differences.reduce<Expected>(
    ({ pod, shown }, difference) =>
      difference.applies(asked, pod)
        ? { pod: difference.expected(pod, asked), shown: [...shown, difference] }
        : { pod, shown },
    { pod: built, shown: [] },
  );

/** Podpecker's Pod as far as it can be foretold. */
const compared = (pod: Pod, shown: readonly Difference[]): Pod =>
  shown.reduce((edited, difference) => difference.compared?.(edited) ?? edited, pod);

function expectTold({ outcome, findings }: Answer, shown: readonly Difference[]): void {
  const told = findings.map(({ code }) => code);
  const wanted = shown.map(({ finding }) => finding);
  expect(told).toEqual(expect.arrayContaining(wanted));
  // What a denial does not do, it need not tell.
  const telling = outcome === "decided" ? tellingCodes : [];
  expect(telling.filter((code) => told.includes(code) && !wanted.includes(code))).toEqual([]);
}

function ask(asked: Case, agent = readSettings(asked.era, asked.settings)): Answer {
  return decidePod({
    pod: minimalPod(asked, namespaceOf(agent, asked.step.org_id)),
    optionsText: annotation(asked),
    settings: asked.settings,
    gates: gates(asked, agent),
  });
}

/** The Pod without what is only spelled differently, and without Podpecker's own annotations. */
function plain({ metadata, spec }: Pod): object {
  const annotations = Object.entries(metadata.annotations ?? {}).filter(
    ([key]) => !key.startsWith("podpecker.dev/"),
  );
  return {
    metadata: omitEmpty<object>({ ...metadata, annotations: Object.fromEntries(annotations) }),
    spec: omitEmpty<object>({ ...spec, containers: spec.containers.map(plainContainer) }),
  };
}

function plainContainer({ securityContext, resources, env = [], ...container }: Container): object {
  const { privileged, ...security } = securityContext ?? {};
  return omitEmpty<object>({
    ...container,
    // The order is that of a Go map, but for two of a name: there the last one counts.
    env: env.toSorted(byName),
    // No word about privileged mode and `false` are the same.
    securityContext: { ...security, ...(privileged === true && { privileged }) },
    resources: omitEmpty<object>({
      requests: amounts(resources.requests),
      limits: amounts(resources.limits),
    }),
  });
}

const byName = (one: EnvVar, other: EnvVar): number =>
  one.name === other.name ? 0 : one.name < other.name ? -1 : 1;

const amounts = (map: Readonly<Record<string, string>> = {}): object =>
  Object.fromEntries(Object.entries(map).map(([name, text]) => [name, parseQuantity(text)]));
