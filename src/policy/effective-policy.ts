import { createHash } from "node:crypto";

import { type EffectivePolicy } from "../engine/policy.ts";
import { type PolicyEnvironment } from "../engine/environment.ts";
import { type SecretRequest } from "../engine/secret-request.ts";
import { isSameVariable } from "../engine/variables.ts";
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
    trustPod: merged.trustPod ?? true,
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
    narrowings: [],
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
  const [set, usual] = [variables(env?.set), variables(env?.default)];
  const fromSecrets = { set: secretVariables(secrets?.set), usual: secretVariables(secrets?.default) };
  const literals = new Map(
    usual.flatMap((one) => (one.valueFrom === undefined ? [[one.name, one.value ?? ""] as const] : [])),
  );
  const places = new Map<string, Path>([
    ...fromSecrets.set.map((name, index) => [name, ["secrets", "set", index]] as const),
    ...set.map(({ name }, index) => [name, ["env", "set", index]] as const),
  ]);
  return {
    set: new Map([
      ...fromSecrets.set.map((name) => [name, undefined] as const),
      ...set.map((one) => [one.name, one.valueFrom === undefined ? (one.value ?? "") : undefined] as const),
    ]),
    usual: literals,
    setBy: (name) => places.get(name),
    owns: (variable) =>
      places.has(variable.name) ||
      (fromSecrets.usual.includes(variable.name) && variable.valueFrom !== undefined) ||
      usual.some((one) => one.name === variable.name && isSameVariable(one, variable)),
    secrets: new Set([...(secrets?.set ?? []), ...(secrets?.default ?? [])].map(({ name }) => name)),
  };
}

/** The variables that secrets become; "" for one that becomes none, so that places in the list stay. */
function secretVariables(requests: readonly SecretRequest[] = []): string[] {
  return requests.map(({ key, target }) =>
    target?.file === undefined ? (target?.env ?? key?.toUpperCase() ?? "") : "",
  );
}

function variables(environment: unknown): readonly EnvVar[] {
  // Merging layers makes a list of either form.
  return (environment ?? []) as EnvVar[];
}
