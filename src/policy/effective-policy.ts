import { createHash } from "node:crypto";

import { type EffectivePolicy } from "../engine/policy.ts";
import { type PolicyEnvironment } from "../engine/environment.ts";
import { type SecretRequest } from "../engine/secret-delivery.ts";
import { type EnvVar } from "../kubernetes/pod.ts";
import { type Path } from "../text/path.ts";
import { mergeLayers } from "./merge.ts";
import { type Policy } from "./policy.ts";
import { type PolicyDocument } from "./policy-document.ts";

/** What the layers, in ascending priority, say together. */
export function effectivePolicy(
  layers: readonly Policy[],
  matchedLabels: ReadonlySet<string>,
): EffectivePolicy {
  const { sections, ruleAt } = mergeLayers(layers);
  // Merging two documents that the schema passed makes a third one.
  const merged = sections as Partial<PolicyDocument>;
  const header = {
    onRefusal: merged.onRefusal ?? "warn",
    trustAnnotations: merged.trustAnnotations ?? true,
  } as const;
  return {
    ...header,
    names: layers.map(({ name }) => name),
    digest: digestOf(layers),
    contact: layers.flatMap(({ document }) => document.description ?? []).join("; "),
    platform: merged.platform,
    apparmor:
      (merged.securityContext as { apparmor?: "field" | "annotation" } | undefined)?.apparmor ?? "field",
    sections,
    environment: environmentOf(merged),
    matchedLabels,
    ruleAt,
  };
}

function digestOf(layers: readonly Policy[]): string {
  const content = JSON.stringify(layers.map(({ name, document }) => [name, document]));
  // Twelve digits: enough to tell policies apart in a log, short enough to be read aloud.
  return createHash("sha256").update(content).digest("hex").slice(0, 12);
}

function environmentOf({ env, secrets }: Partial<PolicyDocument>): PolicyEnvironment {
  const set = new Map(
    variables(env?.set).map(({ name, value, valueFrom }) => [
      name,
      valueFrom === undefined ? (value ?? "") : undefined,
    ]),
  );
  const usual = new Map(variables(env?.default).map(({ name, value }) => [name, value]));
  const requests = [...(secrets?.set ?? []), ...(secrets?.default ?? [])];
  const fromSecrets = new Set(requests.flatMap((request) => variableOf(request) ?? []));
  const places = new Map<string, Path>([
    ...(secrets?.set ?? []).map(
      (request, index) => [variableOf(request) ?? "", ["secrets", "set", index]] as const,
    ),
    ...variables(env?.set).map(({ name }, index) => [name, ["env", "set", index]] as const),
  ]);
  return {
    set,
    setBy: (name) => places.get(name),
    owns: ({ name, value, valueFrom }) =>
      set.has(name) ||
      (usual.has(name) && usual.get(name) === value) ||
      (fromSecrets.has(name) && valueFrom !== undefined),
    secrets: new Set(requests.map(({ name }) => name)),
  };
}

/** The variable that a secret becomes, if it becomes one. */
function variableOf({ key, target }: SecretRequest): string | undefined {
  return target?.file === undefined ? (target?.env ?? key?.toUpperCase()) : undefined;
}

function variables(environment: unknown): readonly EnvVar[] {
  // Merging layers makes a list of either form.
  return (environment ?? []) as EnvVar[];
}
