import { createHash } from "node:crypto";

import { type EffectivePolicy } from "../engine/policy.ts";
import { type PolicyEnvironment } from "../engine/environment.ts";
import { type SecretRequest } from "../engine/secret-request.ts";
import { isSameVariable } from "../engine/variables.ts";
import { type EnvVar } from "../kubernetes/pod.ts";
import { type Path } from "../text/path.ts";
import { harden } from "./harden.ts";
import { allLayers, isOfNamespace, type Layers } from "./layers.ts";
import { type Merged, type Merger, mergeLayers } from "./merge.ts";
import { judgeWishes, refusal } from "./namespace-wishes.ts";
import { narrow, narrowingOf, objectionsToLaw } from "./narrow.ts";
import { type Policy } from "./policy.ts";
import { type PolicyDocument } from "./policy-document.ts";

/** The labels on which policies match that can be for a Pod. */
export interface MatchedLabels {
  readonly all: ReadonlySet<string>;
  readonly ofCluster: ReadonlySet<string>;
}

/** What the layers say together. */
export function effectivePolicy(layers: Layers, matched: MatchedLabels): EffectivePolicy {
  const base = mergeLayers(layers.base);
  const compiled = compiledFrom(base, { layers, matched });
  const narrowing = [...layers.unsure, ...layers.namespace];
  return narrowing.length === 0 ? compiled : narrowed(base, compiled, { layers, matched });
}

/** The base with what narrows it, and with what policies of the namespace want and get. */
function narrowed(base: Merger, compiled: EffectivePolicy, parts: Parts): EffectivePolicy {
  const { layers, matched } = parts;
  const ofCluster = layers.unsure.filter((layer) => !isOfNamespace(layer));
  const law = { ...compiled, narrowings: ofCluster.map(narrowingOf) };
  for (const layer of ofCluster) {
    narrow(base, layer);
    harden(base, layer);
  }
  const isTrustedByCluster = base.valueAt(["trustPod"]) !== false;
  // Where no policy of the cluster is for the Pod for sure, nobody grants anything.
  const wishes = layers.base.length === 0 ? [] : layers.namespace.map((layer) => judgeWishes(layer, law));
  const refusals = layers.namespace.flatMap((layer) =>
    [...narrow(base, layer), ...objectionsToLaw(layer, base)].map((one) => refusal(layer, one)),
  );
  const ofNamespace = layers.unsure.filter(isOfNamespace);
  for (const layer of ofNamespace) narrow(base, layer);
  for (const { layer } of wishes) base.putLayer(layer);
  const names = new Set(layers.namespace.map(({ name }) => name));
  const isAsked = (path: Path): boolean => names.has(base.layerAt(path) ?? "");
  return {
    ...compiledFrom(base, parts),
    isTrustedByCluster,
    // What the cluster trusts no policy of the namespace can spare too much of.
    sparedLabels: isTrustedByCluster ? matched.all : matched.ofCluster,
    narrowings: [...ofCluster, ...ofNamespace, ...layers.namespace].map(narrowingOf),
    asked: new Set(wishes.flatMap(({ asked }) => asked)),
    isAsked,
    givesUsers: givesUsers(base.sections, isAsked),
    findings: [...wishes.flatMap((one) => one.refusals), ...refusals],
  };
}

interface Parts {
  readonly layers: Layers;
  readonly matched: MatchedLabels;
}

function compiledFrom({ sections, ruleAt }: Merged, { layers, matched }: Parts): EffectivePolicy {
  // Merging two documents that the schema passed makes a third one.
  const merged = sections as Partial<PolicyDocument>;
  const header = {
    onRefusal: merged.onRefusal ?? "warn",
    trustAnnotations: merged.trustAnnotations ?? true,
    trustPod: merged.trustPod ?? true,
  } as const;
  const all = allLayers(layers);
  return {
    ...header,
    isTrustedByCluster: header.trustPod,
    names: all.map(({ name }) => name),
    unsure: layers.unsure.map(({ name }) => name),
    isFounded: layers.base.length > 0,
    digest: digestOf(layers),
    contact: all.flatMap(({ document }) => document.description ?? []).join("; "),
    platform: merged.platform,
    apparmor:
      (merged.securityContext as { apparmor?: "field" | "annotation" } | undefined)?.apparmor ?? "field",
    sections,
    workspace: merged.workspace,
    environment: environmentOf(merged),
    narrowings: [],
    asked: new Set(),
    isAsked: () => false,
    givesUsers: givesUsers(sections, () => false),
    findings: [],
    matchedLabels: matched.all,
    sparedLabels: matched.ofCluster,
    ruleAt,
  };
}

function givesUsers(sections: EffectivePolicy["sections"], isAsked: EffectivePolicy["isAsked"]): boolean {
  const { set, default: usual } = sections["hostUsers"] ?? {};
  return (set ?? usual) === false && !isAsked(["hostUsers", set === undefined ? "default" : "set"]);
}

/** Of what the layers say, not of whether it is carried out: a policy is the same one when its audit is over. */
function digestOf({ base, unsure, namespace }: Layers): string {
  const said = (layers: readonly Policy[]): unknown[] =>
    layers.map(({ name, document }) => [name, { ...document, mode: undefined }]);
  const beside = [unsure, namespace].some((layers) => layers.length > 0)
    ? [said(unsure), said(namespace)]
    : [];
  const content = JSON.stringify([...said(base), ...beside]);
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
