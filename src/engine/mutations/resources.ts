import { lastingContainers } from "../../kubernetes/containers.ts";
import { LIMIT_RANGER, readLimitRanger } from "../../kubernetes/limit-ranger.ts";
import { hugePageSize } from "../../kubernetes/names.ts";
import { resourcesSection } from "../resource-rules.ts";
import { type Resources, resourcesSchema } from "../resource-schema.ts";
import { classInUse } from "../class-in-use.ts";
import { judgeWhole } from "../gates.ts";
import { defineMutation } from "../mutation.ts";
import { settleAmounts, type WantedAmounts } from "../resource-claims.ts";
import { tellSlips } from "../tell-slips.ts";
import { type Turn } from "../turn.ts";

const KINDS = ["requests", "limits"] as const;

/** Requests and limits: asked and default ones for the step container, set ones for all that have resources. Open to steps unless a policy says otherwise. */
export const resources = defineMutation({
  about: "Requests and limits of the step container; what a policy sets holds for every container.",
  option: resourcesSchema,
  section: resourcesSection,
  unasked: (scene) => classInUse(scene) !== undefined,
  judge: (asked, gate = true) => judgeWhole(asked, gate),
  apply: (turn, { set, granted, default: fallback }) => {
    const marks = readLimitRanger(turn.draft.pod.metadata?.annotations?.[LIMIT_RANGER]);
    const { step } = turn.scene;
    const ofClass = classInUse(turn.scene);
    for (const place of lastingContainers(turn.draft.pod)) {
      const isStep = place.list === step.list && place.path[2] === step.path[2];
      const ofAll = { set: ofEveryContainer(turn, set) };
      settleAmounts(turn, { place, marks }, isStep ? { set, granted, ofClass, default: fallback } : ofAll);
    }
    if (granted !== undefined) tellSlips(turn, granted);
    tellPagesAlone(turn, { granted, ofClass });
  },
});

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
  const names = KINDS.flatMap((kind) => Object.keys(turn.draft.read([...path, "resources", kind]) ?? {}));
  if (names.includes("cpu") || names.includes("memory")) return;
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
