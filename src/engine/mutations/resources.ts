import { lastingContainers } from "../../kubernetes/containers.ts";
import { LIMIT_RANGER, readLimitRanger } from "../../kubernetes/limit-ranger.ts";
import { type Resources, resourcesSchema } from "../resource-schema.ts";
import { flagGate, judgeWhole } from "../gates.ts";
import { defineMutation } from "../mutation.ts";
import { settleAmounts } from "../resource-claims.ts";
import { section } from "../section.ts";

/** Requests and limits: asked and default ones for the step container, set ones for all that have resources. Open to steps unless a policy says otherwise. */
export const resources = defineMutation({
  about: "Requests and limits of the step container; what a policy sets holds for every container.",
  option: resourcesSchema,
  section: section<Resources, boolean>(resourcesSchema, flagGate),
  judge: (asked, gate = true) => judgeWhole(asked, gate),
  apply: (turn, { set, granted, default: fallback }) => {
    const marks = readLimitRanger(turn.draft.pod.metadata?.annotations?.[LIMIT_RANGER]);
    const { step } = turn.scene;
    for (const place of lastingContainers(turn.draft.pod)) {
      const isStep = place.list === step.list && place.path[2] === step.path[2];
      settleAmounts(turn, { place, marks }, isStep ? { set, granted, default: fallback } : { set });
    }
  },
});
