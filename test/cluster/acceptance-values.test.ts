import { beforeAll, describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { policiesOf, withText } from "#test/engine/decision.ts";
import { ProvingGround } from "./acceptance/proving-ground.ts";
import { sharedPlane } from "./shared-plane.ts";
import { NOW } from "#test/now.ts";

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

const ofNodes = (term: object): object => ({ nodeAffinity: { [REQUIRED]: { nodeSelectorTerms: [term] } } });
const ofPods = (term: object): object => ({ podAffinity: { [REQUIRED]: [term] } });
const expression = (one: object): object => ofNodes({ matchExpressions: [{ key: "a", ...one }] });
const field = (one: object): object =>
  ofNodes({ matchFields: [{ key: "metadata.name", operator: "In", values: ["a"], ...one }] });
const term = (one: object): object => ofPods({ topologyKey: "zone", labelSelector: {}, ...one });
const selector = (one: object): object =>
  term({ labelSelector: { matchExpressions: [{ key: "a", ...one }] } });
const limits = (amounts: object): object => ({ limits: { cpu: "1", ...amounts } });
const localhost = (localhostProfile: string): object => ({ type: "Localhost", localhostProfile });

/** Values of options by what they are in a Pod: some that every API server takes, some that none does. */
const values = {
  affinity: [
    {},
    { nodeAffinity: {} },
    { nodeAffinity: { [REQUIRED]: { nodeSelectorTerms: [] } } },
    { nodeAffinity: { [REQUIRED]: {} } },
    ...[0, 1, 100, 101].map((weight) => ({ nodeAffinity: { [PREFERRED]: [{ weight, preference: {} }] } })),
    ofNodes({}),
    ...["a", "a b", "a/b", "a/b/c", "A/b"].map((key) => expression({ key, operator: "Exists" })),
    ...[["b"], ["b", "c"], [""], ["b c"], []].map((list) => expression({ operator: "In", values: list })),
    ...[["5"], ["-5"], ["1", "2"], []].map((list) => expression({ operator: "Gt", values: list })),
    expression({ operator: "Exists", values: ["b"] }),
    expression({ operator: "Equals", values: ["b"] }),
    ...[{}, { key: "metadata.labels" }, { operator: "NotIn" }, { operator: "Exists" }].map(field),
    ...[["a", "b"], [], ["A"], ["node-1.example"]].map((list) => field({ values: list })),
    ...["zone", "", "a b", "example.com/zone"].map((topologyKey) => term({ topologyKey })),
    ofPods({ topologyKey: "zone", matchLabelKeys: ["a"] }),
    term({ matchLabelKeys: ["a"] }),
    term({ matchLabelKeys: ["a b"] }),
    term({ matchLabelKeys: ["a"], mismatchLabelKeys: ["a"] }),
    term({ matchLabelKeys: ["a"], mismatchLabelKeys: ["b"] }),
    term({ labelSelector: { matchLabels: { label: "x" } }, mismatchLabelKeys: ["label"] }),
    term({ labelSelector: { matchLabels: { label: "x" } }, matchLabelKeys: ["label"] }),
    term({ labelSelector: { matchLabels: { a: "x y" } } }),
    term({ labelSelector: { matchLabels: { "a b": "x" } } }),
    ...["In", "NotIn", "Exists", "Gt"].map((operator) => selector({ operator, values: ["1"] })),
    ...["In", "NotIn", "Exists"].map((operator) => selector({ operator })),
    ...["prod", "Prod", "a.b"].map((namespace) => term({ namespaces: [namespace] })),
    term({ namespaceSelector: { matchLabels: { "a b": "c" } } }),
  ],
  tolerations: [
    ...["", "a", "a/b", "a/b/c", "a b"].map((key) => ({ key, operator: "Exists" })),
    ...["", "b", "b c", "-b"].map((value) => ({ key: "a", operator: "Equal", value })),
    { key: "a", operator: "Exists", value: "b" },
    { operator: "Equal", value: "b" },
    { key: "a" },
    { key: "a", operator: "In" },
    ...["NoSchedule", "PreferNoSchedule", "NoExecute", "noSchedule"].map((effect) => ({ key: "a", effect })),
    ...[0, -5, 2 ** 40].map((tolerationSeconds) => ({ key: "a", effect: "NoExecute", tolerationSeconds })),
  ].map((one) => [one]),
  nodeSelector: [{ a: "b" }, { a: "" }, { a: "b c" }, { "a b": "c" }, { "example.com/a": "b" }],
  labels: [{ a: "b" }, { a: "" }, { a: "b c" }, { "a b": "c" }, { a: "x".repeat(63) }, { a: "x".repeat(64) }],
  resources: [
    ...["0", "1n", "1500u", "1.5", "1e3", "1E", "-1", "1K", "lots", "16Ei"].map((memory) =>
      limits({ memory }),
    ),
    ...["0", "2Mi", "4Mi", "3Mi", "500m"].map((pages) => limits({ "hugepages-2Mi": pages })),
    limits({ "hugepages-2Mi": "2Mi", "hugepages-1Gi": "1Gi" }),
    ...["hugepages-x", "hugepages-0", "gpu", "storage", "requests.example.com/gpu"].map((name) =>
      limits({ [name]: "1" }),
    ),
    ...["example.com/gpu", "example.com/GPU", "kubernetes.io/gpu", "x.kubernetes.io/gpu"].map((name) =>
      limits({ [name]: "1" }),
    ),
    limits({ [`${"a.".repeat(121)}b/gpu`]: "1" }),
    limits({ [`${"a.".repeat(121)}bcd/gpu`]: "1" }),
    limits({ "ephemeral-storage": "1Gi", "example.com/gpu": "1.5" }),
    { limits: { "hugepages-2Mi": "2Mi" } },
    { limits: { "hugepages-2Mi": "2Mi", memory: "1Gi" } },
    { requests: { "example.com/gpu": "1" } },
    { requests: { "example.com/gpu": "1" }, limits: { "example.com/gpu": "2" } },
    { requests: { cpu: "2" }, limits: { cpu: "1" } },
    { requests: { cpu: "1000m" }, limits: { cpu: "1" } },
  ],
  securityContext: [
    ...[0, 2 ** 31 - 1, 2 ** 31, -1].map((runAsUser) => ({ runAsUser })),
    ...["a", "a/b", "a//b", "/a", "a/../b", "a..b"].map((profile) => ({
      seccompProfile: localhost(profile),
    })),
    ...["a", "x".repeat(4095), "x".repeat(4096), "", " a"].map((profile) => ({
      apparmorProfile: localhost(profile),
    })),
    { seccompProfile: { type: "Localhost" } },
    { seccompProfile: { type: "RuntimeDefault", localhostProfile: "a" } },
    { apparmorProfile: { type: "Unconfined", localhostProfile: "a" } },
    { apparmorProfile: { type: "Default" } },
    { fsGroupChangePolicy: "Never" },
  ],
} satisfies Record<string, readonly object[]>;

/** What validation lets pass though nobody can have meant it. */
const lookedOver: readonly Value[] = [
  // The operator compares numbers.
  { option: "affinity", value: expression({ operator: "Gt", values: ["b"] }) },
  // No profile has such a name.
  { option: "securityContext", value: { seccompProfile: localhost("") } },
  { option: "securityContext", value: { seccompProfile: localhost(" a") } },
];

interface Value {
  readonly option: string;
  readonly value: object;
}

const FACTS = { namespace: "ci", now: NOW };
const policies = policiesOf([{ labels: { fromStep: true }, affinity: { fromStep: true } }]);
let ground: ProvingGround;

beforeAll(async () => {
  ground = await ProvingGround.of(sharedPlane(), []);
  return () => ground.clear();
});

const base: Pod = {
  metadata: { name: "step", labels: { label: "x" } },
  spec: { containers: [{ name: "step", image: "alpine:3" }] },
};

const titled = (list: readonly Value[]): [string, Value][] =>
  list.map((one) => [`${one.option}: ${JSON.stringify(one.value)}`, one]);

const outcomeOf = ({ option, value }: Value): string =>
  decide(withText(base, JSON.stringify({ [option]: value })), FACTS, policies).outcome;

describe("malformed is what validation refuses, and nothing else", () => {
  const cases = Object.entries(values).flatMap(([option, list]) => list.map((value) => ({ option, value })));

  it.concurrent.each(titled(cases))("%s", async (_, value) => {
    const { refusal } = await ground.ask(podWith(value));

    expect([outcomeOf(value), refusal]).toEqual([refusal === undefined ? "decided" : "malformed", refusal]);
  });
});

describe("malformed is, beyond what validation refuses,", () => {
  it.concurrent.each(titled(lookedOver))("%s", async (_, value) => {
    expect(await ground.ask(podWith(value))).not.toHaveProperty("refusal");
    expect(outcomeOf(value)).toBe("malformed");
  });
});

/** The Pod with the value in its place, with nobody having looked at it. */
function podWith({ option, value }: Value): Pod {
  const { metadata, spec } = structuredClone(base);
  if (option === "labels") return { metadata: { ...metadata, labels: { ...value } }, spec };
  if (option === "resources")
    return {
      metadata,
      spec: { containers: spec.containers.map((one) => ({ ...one, resources: { ...value } })) },
    };
  if (option !== "securityContext") return { metadata, spec: { ...spec, [option]: value } };
  // The one option that is called otherwise than its field.
  const fields = JSON.parse(JSON.stringify(value).replace("apparmor", "appArmor")) as Record<string, unknown>;
  return { metadata, spec: { ...spec, securityContext: fields } };
}
