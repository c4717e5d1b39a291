import { type Decision } from "#src/admission/decision.ts";

/** A class is the administrator's grant: no gate is about it. */
export const isOfClass = (rule: string): boolean => rule.includes("#/resources/classes/");

/** What a step got by asking, wherever in a list it stands. */
export const grantsOf = ({ changes }: Decision): string[] =>
  changes
    .filter(({ asked, after, rule }) => asked !== undefined && after !== undefined && !isOfClass(rule))
    .map(({ pointer, after }) =>
      JSON.stringify([pointer.replaceAll(/\/\d+(?=\/|$)/g, "/#"), withoutName(after)]),
    );

/** A volume's name depends on which names are free. */
function withoutName(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return {
    ...value,
    name:
      "mountPath" in value || "secret" in value || "persistentVolumeClaim" in value
        ? ""
        : (value as { name?: unknown }).name,
  };
}
