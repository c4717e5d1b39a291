import { lastingContainers } from "../../kubernetes/containers.ts";
import { LIMIT_RANGER, readLimitRanger } from "../../kubernetes/limit-ranger.ts";
import { hugePageSize } from "../../kubernetes/names.ts";
import { resourcesSection } from "../resource-rules.ts";
import { type Resources, resourcesSchema } from "../resource-schema.ts";
import { classInUse } from "../class-in-use.ts";
import { judgeWhole } from "../gates.ts";
import { defineMutation } from "../mutation.ts";
import { boundedNames, holdToBounds } from "../hold-to-bounds.ts";
import { boundsOf, hasBounds, noBounds } from "../read-bounds.ts";
import { addNames, KINDS, type WantedAmounts } from "../resource-claims.ts";
import { type Plan, settleAmounts, writeAmounts } from "../settle-amounts.ts";
import { tellSlips } from "../tell-slips.ts";
import { type Turn } from "../turn.ts";

/** Requests and limits: asked and default ones for the step container, set ones for all that have resources. Open to steps unless a policy says otherwise. */
export const resources = defineMutation({
  about: "Requests and limits of the step container; what a policy sets holds for every container.",
  option: resourcesSchema,
  section: resourcesSection,
  judge: (asked, gate = true) => judgeWhole(asked, gate),
  unasked: (scene) => hasBounds(scene.policy) || classInUse(scene) !== undefined,
  apply: (turn, { set, granted, default: usual }) => {
    const { policy, limitRanges } = turn.scene;
    const bounds = boundsOf(policy, limitRanges) ?? noBounds;
    const ofClass = classInUse(turn.scene);
    const wanted = { set, granted, ofClass, default: usual };
    const plans = plansOf(turn, wanted, boundedNames(turn.draft.pod, bounds));
    holdToBounds(turn, plans, { bounds, usual });
    for (const plan of plans) writeAmounts(turn, plan);
    if (granted !== undefined) tellSlips(turn, granted);
    tellPagesAlone(turn, { granted, ofClass });
  },
});

/** What each container shall have: what is set, and the step's what it asked and what is usual. */
function plansOf(turn: Turn, wanted: WantedAmounts, bounded: ReadonlySet<string>): Plan[] {
  const { step } = turn.scene;
  const { pod } = turn.draft;
  const marks = readLimitRanger(pod.metadata?.annotations?.[LIMIT_RANGER]);
  const named = (own: WantedAmounts) => ({ wanted: own, names: namesIn(own, bounded) });
  const [ofStep, ofOthers] = [named(wanted), named({ set: ofEveryContainer(turn, wanted.set) })];
  return lastingContainers(pod).map((place) => {
    const isStep = place.list === step.list && place.path[2] === step.path[2];
    const own = isStep ? ofStep : ofOthers;
    const subject = { place, marks };
    return { subject, isStep, wanted: own.wanted, settled: settleAmounts(turn, subject, own) };
  });
}

/** The resources that anybody names, and then those that are bounded. */
function namesIn(
  { set, granted, ofClass, default: fallback }: WantedAmounts,
  bounded: ReadonlySet<string>,
): Set<string> {
  const names = new Set<string>();
  for (const wanted of [set, granted, ofClass, fallback]) addNames(names, wanted);
  for (const name of bounded) names.add(name);
  return names;
}

/** What a policy of the namespace sets holds where a step's asking would: in the step's own container. */
function ofEveryContainer(turn: Turn, set: Resources | undefined): Resources | undefined {
  const { policy } = turn.scene;
  if (set === undefined || !policy.asked.has(turn.id)) return set;
  const amounts = KINDS.map((kind) => {
    const own = Object.entries(set[kind] ?? {}).filter(
      ([name]) => !policy.isAsked([turn.id, "set", kind, name]),
    );
    return [kind, Object.fromEntries(own)];
  });
  return Object.fromEntries(amounts) as Resources;
}

/** Validation refuses a container that has huge pages and neither cpu nor memory. */
function tellPagesAlone(turn: Turn, { granted, ofClass }: Pick<WantedAmounts, "granted" | "ofClass">): void {
  const { path } = turn.scene.step;
  // The schemas of Pod, options and policy have checked all that may stand there.
  const names = addNames(new Set(), turn.draft.read([...path, "resources"]) as Resources | undefined);
  if (names.has("cpu") || names.has("memory")) return;
  const needs = "needs cpu or memory beside it, and the container has neither";
  for (const { kind, name } of pagesOf(granted))
    turn.find("malformed-value", ["resources", kind, name], { message: needs });
  for (const { name } of pagesOf(ofClass))
    turn.find("malformed-value", ["resourceClass"], { message: `gives ${name}, which ${needs}` });
}

function pagesOf(amounts: Resources = {}): { kind: (typeof KINDS)[number]; name: string }[] {
  const all = KINDS.flatMap((kind) => Object.keys(amounts[kind] ?? {}).map((name) => ({ kind, name })));
  return all.filter(({ name }) => hugePageSize(name) !== undefined);
}
