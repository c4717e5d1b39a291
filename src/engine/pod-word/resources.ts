import { lastingContainers, type PlacedContainer } from "../../kubernetes/containers.ts";
import { LIMIT_RANGER, readLimitRanger, wasSetByLimitRanger } from "../../kubernetes/limit-ranger.ts";
import { type Pod } from "../../kubernetes/pod.ts";
import { compareQuantities, parseQuantity } from "../../kubernetes/quantity.ts";
import { isSameAmount } from "../resource-schema.ts";
import { type Scene } from "../scene.ts";
import { isInitContainer } from "./creator.ts";
import { type Hearing, type Objection, standsAt, type Statement } from "./statement.ts";
import { valueAt } from "../../text/value-at.ts";

const KINDS = ["limits", "requests"] as const;
type Kind = (typeof KINDS)[number];

// More than any release of the agent gives the container that makes a directory.
const ENOUGH_FOR_MKDIR: Readonly<Record<string, string>> = { cpu: "50m", memory: "64Mi" };

/** The requests and limits of the containers and of the Pod, but for what the API server's plugins wrote. */
export function readResources(hearing: Hearing): Statement[] {
  return [
    ...lastingContainers(hearing.pod).flatMap((place) => readContainer(hearing, place)),
    ...readPods(hearing),
  ];
}

function readPods({ pod, object }: Hearing): Statement[] {
  const value = pod.spec.resources;
  const objection = value === undefined ? undefined : object("resources", value);
  const path = ["spec", "resources"];
  return objection === undefined ? [] : [{ path, value, ...objection, stands: standsAt(path, value) }];
}

function readContainer(hearing: Hearing, place: PlacedContainer): Statement[] {
  const amounts = amountsOf(place);
  if (amounts.length === 0) return [];
  const { requests, limits } = place.container.resources ?? {};
  const objection = hearing.object("resources", { requests, limits });
  if (objection === undefined || isMkdir(hearing.pod, place, amounts)) return [];
  return amounts
    .filter((amount) => !isLimitRangers(hearing.scene, place, amount))
    .map((amount) => statementOf(hearing, place, { amount, objection }));
}

interface Amount {
  readonly kind: Kind;
  readonly name: string;
  readonly value: string;
}

function amountsOf({ container }: PlacedContainer): Amount[] {
  return KINDS.flatMap((kind) =>
    Object.entries(container.resources?.[kind] ?? {}).map(([name, value]) => ({
      kind,
      name,
      value: String(value),
    })),
  );
}

function statementOf(
  { scene }: Hearing,
  place: PlacedContainer,
  { amount, objection }: { amount: Amount; objection: Objection },
): Statement {
  const { kind, name, value } = amount;
  const at = (one: Kind) => [...place.path, "resources", one, name];
  const isDecided = (decided: Pod, one: Kind): boolean => isSameAmount(valueAt(decided, at(one)), value);
  const limit = place.container.resources?.limits?.[name];
  // The API server copies a limit to the request that is missing: the copy goes with the limit.
  const isCopy = kind === "requests" && limit !== undefined && isSameAmount(limit, value);
  const isSpared = isLimitRangers(scene, place, { kind: "limits", name, value });
  const stands = (decided: Pod): boolean =>
    isDecided(decided, kind) || (isCopy && (isSpared || isDecided(decided, "limits")));
  const isPartOfOther = (): boolean => isCopy;
  return { path: at(kind), value, ...objection, stands, isPartOfOther };
}

/**
 * Whether LimitRanger gave the amount. Its annotation can be written by anybody: where the namespace's LimitRanges are
 * known, one of them must say so, too.
 */
function isLimitRangers(
  { pod, limitRanges, knowsLimitRanges }: Scene,
  place: PlacedContainer,
  { kind, name, value }: Amount,
): boolean {
  const marks = readLimitRanger(pod.metadata?.annotations?.[LIMIT_RANGER]);
  const init = place.list === "initContainers";
  if (!wasSetByLimitRanger(marks, { container: place.container.name, kind, resource: name, init }))
    return false;
  if (knowsLimitRanges !== true) return true;
  const member = kind === "limits" ? "default" : "defaultRequest";
  const limits = limitRanges.flatMap(({ spec }) => spec.limits);
  return limits.some((one) => one.type === "Container" && isSameAmount(one[member]?.[name], value));
}

function isMkdir(pod: Pod, { list, container }: PlacedContainer, amounts: readonly Amount[]): boolean {
  const isLittle = ({ name, value }: Amount): boolean => {
    const [amount, enough] = [parseQuantity(value), parseQuantity(ENOUGH_FOR_MKDIR[name] ?? "0")];
    return amount !== undefined && enough !== undefined && compareQuantities(amount, enough) <= 0;
  };
  return list === "initContainers" && isInitContainer(container.name, pod) && amounts.every(isLittle);
}
