import { describe, expect, it } from "vitest";

import { build, buildPod, minimalPod } from "#test/woodpecker/backend.ts";
import { sample } from "#test/woodpecker/corpus.ts";
import { parseDnsName, parsePodName, parseStepLabel, parseVolume } from "#test/woodpecker/names.ts";
import { omitEmpty } from "#test/woodpecker/omit-empty.ts";
import { type Container, type Pod } from "#test/woodpecker/pod.ts";
import { parseQuantity } from "#test/woodpecker/quantity.ts";
import { type Case, type Era, type Step } from "#test/woodpecker/step.ts";
import { agentOf, caseOf, fieldAt, type Vector, vectors } from "#test/woodpecker/vectors.ts";

const EMPTY: Container = { name: "", resources: {} };

describe("Woodpecker's own tests, as facts", () => {
  it.each(vectors.filter(({ expectedError }) => expectedError))("$era $id is refused", (vector) => {
    expect(() => produce(vector)).toThrow(vector.expectedError?.message);
  });

  it.each(vectors.filter(({ expected }) => expected !== undefined))("$era $id", (vector) => {
    expect(sorted(produce(vector))).toEqual(sorted(vector.expected));
  });

  it.each(vectors.filter(({ assertions }) => assertions))("$era $id", (vector) => {
    const pod = produce(vector);

    for (const { path, equals } of vector.assertions ?? []) expect(fieldAt(pod, path), path).toEqual(equals);
  });
});

describe("a step's Pod", () => {
  it("is, where nothing is asked and nothing set, the minimal one with the era's defaults", () => {
    const step: Step = {
      name: "build",
      uuid: "01HE8BEBCTABR3KGK0QJ36D2ME",
      volumes: ["wp_01_1_default:/ci"],
      workspace_base: "/ci",
      privileged: true,
    };
    const asked: Case = { era: "3.17", step, settings: {}, options: {}, context: { taskUUID: "1" } };

    const minimal = minimalPod(asked, "woodpecker");

    expect(buildPod(asked)).toEqual({
      ...minimal,
      spec: { ...minimal.spec, securityContext: { fsGroup: 1000 } },
    });
  });

  it("keeps in every case what the step alone decides", () => {
    for (const asked of sample(7, 200)) {
      const built = buildPod(asked);
      const minimal = minimalPod(asked, built.metadata.namespace);

      const { hostAliases, hostname, dnsConfig } = minimal.spec;
      const [{ env = [], name, image, command, workingDir, ports } = EMPTY] = minimal.spec.containers;
      expect(built.spec.containers[0]).toMatchObject(
        omitEmpty<object>({ name, image, command, workingDir, ports }),
      );
      expect(built.spec.containers[0]?.env?.slice(0, env.length) ?? []).toEqual(env);
      expect(built.spec).toMatchObject(omitEmpty<object>({ hostAliases, hostname, dnsConfig }));
    }
  });
});

it.each([
  ["1000m", "1"],
  ["2000", "2k"],
  ["1.5Gi", "1536Mi"],
  ["0.5", "500m"],
  ["1024Ki", "1Mi"],
  ["1000Ki", "1000Ki"],
  ["0.5Ki", "512"],
  ["0.1Mi", "104857600m"],
  ["1e4", "10e3"],
  ["1e1", "10"],
  ["0.0000000001", "1n"],
  ["-1.50", "-1500m"],
  ["0Gi", "0"],
])("the quantity %s is printed as %s", (text, printed) => {
  expect(parseQuantity(text)).toBe(printed);
});

const producers: Readonly<Record<string, (era: Era, input: Vector["input"]) => unknown>> = {
  podName: (era, input) => parsePodName(era, caseOf(era, input).step),
  stepLabel: (era, input) => parseStepLabel(era, caseOf(era, input).step.name),
  dnsName: (era, { value = "" }) => parseDnsName(era, value),
  toDNSName: (era, { value = "" }) => parseStepLabel(era, value),
  volumeName: (era, { volume = "" }) => parseVolume(era, volume).name,
  // The name of one of them is refused before 3.17, but not by the function that reads the path.
  volumeMountPath: (_, { volume = "" }) => parseVolume("3.17", volume).mountPath,
  nativeSecrets: (era, input) => secretsOf(producePod(era, input)),
  pod: producePod,
};

const produce = ({ era, kind, input }: Vector & { readonly era: Era }): unknown =>
  producers[kind]?.(era, input);

function producePod(era: Era, input: Vector["input"]): Pod {
  const asked = caseOf(era, input);
  return build(asked, agentOf(asked));
}

const secretsOf = ({ spec }: Pod) => ({
  envFrom: spec.containers[0]?.envFrom ?? [],
  env: spec.containers[0]?.env ?? [],
  volumes: spec.volumes ?? [],
  volumeMounts: spec.containers[0]?.volumeMounts ?? [],
});

/** The environment's order is that of a Go map. */
function sorted(value: unknown): unknown {
  if (!isPod(value)) return value;
  const containers = value.spec.containers.map((container) => ({
    ...container,
    ...(container.env && { env: container.env.toSorted((one, other) => (one.name < other.name ? -1 : 1)) }),
  }));
  return { ...value, spec: { ...value.spec, containers } };
}

const isPod = (value: unknown): value is Pod =>
  typeof value === "object" && value !== null && "spec" in value;
