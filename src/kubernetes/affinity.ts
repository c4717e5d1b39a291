import { type z } from "zod";

import { across, listIn, listOf, mapOf, oneOf, strict, text, whole } from "../text/schema.ts";
import { isDnsLabel, isDnsSubdomain, isLabelValue, isQualifiedName } from "./names.ts";

const key = text({ test: isQualifiedName, wanted: "a label key" });
const value = text({ test: isLabelValue, wanted: "a label value" });
const weight = whole(1, 100);

function expression(operators: readonly string[]): z.ZodType<Record<string, unknown>> {
  return across(
    strict({ key, operator: oneOf(operators), values: listOf(value).optional() }),
    ({ operator, values = [] }, complain) => {
      if (typeof operator === "string" && Array.isArray(values) && !hasRightValues(operator, values))
        complain(
          [],
          "is not a requirement: In and NotIn need values, Exists and DoesNotExist have none, Gt and Lt have one number",
        );
    },
  );
}

function hasRightValues(operator: string, values: readonly string[]): boolean {
  if (operator === "In" || operator === "NotIn") return values.length > 0;
  if (operator === "Gt" || operator === "Lt")
    return values.length === 1 && /^-?[0-9]+$/.test(values[0] ?? "");
  return values.length === 0;
}

const nodeExpression = expression(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]);
const labelExpression = expression(["In", "NotIn", "Exists", "DoesNotExist"]);

// https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/validation/validation.go#L4998
const nodeField = across(
  strict({
    key: oneOf(["metadata.name"]),
    operator: oneOf(["In", "NotIn"]),
    values: listOf(text({ test: isDnsSubdomain, wanted: "the name of a node" })),
  }),
  ({ values }, complain) => {
    if (Array.isArray(values) && values.length !== 1)
      complain(["values"], "is not a list of one node's name");
  },
);

const nodeTerm = strict({
  matchExpressions: listOf(nodeExpression).optional(),
  matchFields: listOf(nodeField).optional(),
});

const labelSelector = strict({
  matchLabels: mapOf({ test: isQualifiedName, wanted: "a label key" }, value).optional(),
  matchExpressions: listOf(labelExpression).optional(),
});

const podTerm = across(
  strict({
    labelSelector: labelSelector.optional(),
    namespaceSelector: labelSelector.optional(),
    namespaces: listOf(text({ test: isDnsLabel, wanted: "the name of a namespace" })).optional(),
    topologyKey: key,
    matchLabelKeys: listOf(key).optional(),
    mismatchLabelKeys: listOf(key).optional(),
  }),
  ({ labelSelector, matchLabelKeys, mismatchLabelKeys }, complain) => {
    const [same, other] = [listIn(matchLabelKeys), listIn(mismatchLabelKeys)];
    if (labelSelector === undefined && same.length + other.length > 0)
      complain([], "is not a term: matchLabelKeys and mismatchLabelKeys need a labelSelector beside them");
    const selected = selectedKeys(labelSelector);
    for (const [index, key] of same.entries()) {
      if (other.includes(key)) complain(["matchLabelKeys", index], "stands in mismatchLabelKeys, too");
      if (selected.includes(String(key)))
        complain(["matchLabelKeys", index], "stands in the labelSelector, too");
    }
  },
);

/** What is no selector has been told already, and selects by no key. */
function selectedKeys(selector: unknown): string[] {
  const { matchLabels = {}, matchExpressions = [] } = labelSelector.safeParse(selector).data ?? {};
  return [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => String(key))];
}

const podAffinity = strict({
  requiredDuringSchedulingIgnoredDuringExecution: listOf(podTerm).optional(),
  preferredDuringSchedulingIgnoredDuringExecution: listOf(
    strict({ weight, podAffinityTerm: podTerm }),
  ).optional(),
});

const nodeAffinity = strict({
  requiredDuringSchedulingIgnoredDuringExecution: strict({
    nodeSelectorTerms: listOf(nodeTerm).min(1, { error: "is not a list with at least one term" }),
  }).optional(),
  preferredDuringSchedulingIgnoredDuringExecution: listOf(
    strict({ weight, preference: nodeTerm }),
  ).optional(),
});

/** A Pod's affinity as people write it; numbers and enums are checked, so that nothing passes that the API server would refuse. */
export const Affinity: z.ZodType<Record<string, unknown>> = strict({
  nodeAffinity: nodeAffinity.optional(),
  podAffinity: podAffinity.optional(),
  podAntiAffinity: podAffinity.optional(),
}).transform((affinity) => withoutEmpty(affinity) as Record<string, unknown>);

/** The API server leaves empty lists out. An empty selector stays: it selects everything. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).filter(
    ([key, member]) =>
      !(Array.isArray(member) && member.length === 0) && !(key === "matchLabels" && isEmpty(member)),
  );
  return Object.fromEntries(members.map(([key, member]) => [key, withoutEmpty(member)]));
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
