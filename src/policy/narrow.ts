import { type Narrowing } from "../engine/policy.ts";
import { compareQuantities, parseQuantity } from "../kubernetes/quantity.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { type Path } from "../text/path.ts";
import { isOfNamespace } from "./layers.ts";
import { type Merger } from "./merge.ts";
import { isMap } from "../text/is-map.ts";
import { type Objection } from "./wish-objections.ts";
import { type Policy } from "./policy.ts";
import { SECTIONS } from "./policy-document.ts";
import { valueAt } from "../text/value-at.ts";

/** The gates of a layer that narrows; one that is simply open narrows nothing. */
export function narrowingOf({ name, document }: Policy): Narrowing {
  const at = (path: Path): unknown => valueAt(document, path);
  const gated = SECTIONS.flatMap((section) => {
    const fromStep = at([section, "fromStep"]);
    return fromStep === undefined || fromStep === true ? [] : [[section, { fromStep }] as const];
  });
  return {
    sections: Object.fromEntries(gated),
    // A part that is left out of a gate has its default by the gate that leaves it out.
    ruleAt: (path) => {
      const length = path.findIndex((_, index) => at(path.slice(0, index + 1)) === undefined);
      return `${name}#${formatPointer(length < 0 ? path : path.slice(0, length))}`;
    },
  };
}

/** Headers that a layer can only make stricter, in the order of their strictness; the first is what holds where nobody says. */
const HEADERS: readonly {
  readonly path: Path;
  readonly usual: unknown;
  readonly order: readonly unknown[];
}[] = [
  { path: ["onRefusal"], usual: "warn", order: ["warn", "deny"] },
  { path: ["trustPod"], usual: true, order: [true, false] },
  { path: ["trustAnnotations"], usual: true, order: [true, false] },
  { path: ["resources", "onExceed"], usual: "clamp", order: ["warn", "clamp", "deny"] },
  {
    path: ["securityContext", "podSecurityStandard"],
    usual: undefined,
    order: [undefined, "baseline", "restricted"],
  },
];

/** Makes headers and bounds stricter where the layer says so. Returns what of it would have made them looser. */
export function narrow(merger: Merger, layer: Policy): Objection[] {
  for (const { path, usual, order } of HEADERS) {
    const [said, holds] = [valueAt(layer.document, path), merger.valueAt(path) ?? usual];
    if (said !== undefined && order.indexOf(said) > order.indexOf(holds))
      merger.put(path, said, { layer: layer.name, path });
  }
  // First what there may be at most: the least must not exceed it.
  return [...MOST, "min"].flatMap((bound) => {
    const amounts = valueAt(layer.document, ["resources", bound]);
    return Object.entries(isMap(amounts) ? amounts : {}).flatMap(([name, amount]) =>
      // The schema makes texts of amounts.
      narrowBound(merger, layer, { path: ["resources", bound, name], amount: String(amount) }),
    );
  });
}

const MOST = ["max", "maxPod", "maxLimitRequestRatio"];

/** What makes amounts larger. */
const RAISING = ["min", "maxLimitRequestRatio"];

interface Bound {
  readonly path: readonly [section: string, bound: string, resource: string];
  readonly amount: string;
}

function narrowBound(merger: Merger, layer: Policy, bound: Bound): Objection[] {
  const { path, amount } = bound;
  const [section, side, resource] = path;
  // A step asks for more in its own container: of a policy of the namespace, what raises amounts holds only there.
  const isOfStep = isOfNamespace(layer) && RAISING.includes(side);
  const place = isOfStep ? [section, "ofStep", side, resource] : path;
  const isTighter = [path, place].every((one) => {
    const known = amountAt(merger, one);
    const order = known === undefined ? undefined : compare(amount, known);
    return order === undefined || (side === "min" ? order > 0 : order < 0);
  });
  if (!isTighter) return [];
  const message =
    (isOfStep ? objectionToRaising(merger, resource) : undefined) ??
    (side === "min" ? objectionToMin(merger, resource, amount) : objectionToMost(merger, bound));
  if (message !== undefined) return [{ path, message }];
  merger.put(place, amount, { layer: layer.name, path });
  return [];
}

/** What raises amounts is judged as a step's asking for more. */
function objectionToRaising(merger: Merger, resource: string): string | undefined {
  const gate = ["resources", "fromStep"];
  if (merger.valueAt(gate) === false)
    return `is not given: steps may not ask for more (${merger.ruleAt(gate)})`;
  const set = ["requests", "limits"].map((kind) => ["resources", "set", kind, resource]);
  const rule = set.find((path) => merger.valueAt(path) !== undefined);
  return rule === undefined ? undefined : `is not given: ${merger.ruleAt(rule)} sets how much there is`;
}

function objectionToMin(merger: Merger, resource: string, amount: string): string | undefined {
  for (const bound of ["max", "maxPod"]) {
    const path = ["resources", bound, resource];
    const most = amountAt(merger, path);
    if (most !== undefined && compare(amount, most) > 0)
      return `is not given: it is above ${most} (${merger.ruleAt(path)})`;
  }
  return undefined;
}

/** Nothing could meet both. */
function objectionToMost(merger: Merger, { path: [, bound, resource], amount }: Bound): string | undefined {
  if (bound === "maxLimitRequestRatio") return undefined;
  for (const path of [
    ["resources", "min", resource],
    ["resources", "ofStep", "min", resource],
  ]) {
    const least = amountAt(merger, path);
    if (least !== undefined && compare(amount, least) < 0)
      return `is not given: it is below ${least} (${merger.ruleAt(path)})`;
  }
  return undefined;
}

/** The schema makes texts of amounts. */
const amountAt = (merger: Merger, path: Path): string | undefined =>
  merger.valueAt(path) as string | undefined;

/** Of amounts that the schema has checked. */
function compare(a: string, b: string): number {
  const [left, right] = [parseQuantity(a), parseQuantity(b)];
  return left === undefined || right === undefined ? 0 : compareQuantities(left, right);
}

/** What only policies of the cluster say, as far as the layer says it. */
export function objectionsToLaw({ document }: Policy, merger: Merger): Objection[] {
  const message = "is not given: only a policy of the cluster says it";
  const apparmor = ["securityContext", "apparmor"];
  const said = [["platform"], ["workspace"], apparmor].filter((path) => {
    const value = valueAt(document, path);
    return value !== undefined && value !== merger.valueAt(path);
  });
  const classes = valueAt(document, ["resources", "classes"]);
  const names = Object.keys(isMap(classes) ? classes : {});
  return [...said, ...names.map((name) => ["resources", "classes", name])].map((path) => ({ path, message }));
}
