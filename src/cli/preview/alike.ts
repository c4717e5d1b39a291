import { podOf } from "./fate.ts";
import { axisLabel, type PreviewedStep } from "./preview-steps.ts";

/** Combinations of a matrix in which a step gets the same. */
export interface Alike {
  /** One of them. */
  readonly step: PreviewedStep;
  readonly title: string;
}

// As many labels as fit on a line or two.
const MAX_LABELS = 4;

/** Puts together what would be told alike, in the order of the steps. */
export function groupAlike(steps: readonly PreviewedStep[]): Alike[] {
  const groups = new Map<string, PreviewedStep[]>();
  for (const step of steps) {
    const key = likenessOf(step);
    groups.set(key, [...(groups.get(key) ?? []), step]);
  }
  const places = [...new Set(steps.map(placeOf))];
  const rank = (step: PreviewedStep): number => places.indexOf(placeOf(step));
  return [...groups.values()]
    .flatMap((group) => (group[0] === undefined ? [] : [{ step: group[0], title: titleOf(group, steps) }]))
    .sort((a, b) => rank(a.step) - rank(b.step));
}

function titleOf(group: readonly PreviewedStep[], all: readonly PreviewedStep[]): string {
  const [first] = group;
  if (first === undefined) return "";
  const others = all.filter((step) => placeOf(step) === placeOf(first));
  if (others.length === 1) return first.title;
  if (others.length === group.length) return `${first.made.step.name} [all ${group.length} combinations]`;
  const labels = group.slice(0, MAX_LABELS).map(({ axis }) => axisLabel(axis));
  const more = group.length - labels.length;
  return `${first.made.step.name}${labels.join("")}${more === 0 ? "" : ` and ${more} more`}`;
}

/** Which step of which workflow it is, whatever the combination. */
const placeOf = ({ file, made: { step } }: PreviewedStep): string =>
  JSON.stringify([file, step.kind === "service", step.name]);

function likenessOf(previewed: PreviewedStep): string {
  const { outcome, policies, changes, findings } = podOf(previewed).verdict.account;
  return JSON.stringify([
    placeOf(previewed),
    previewed.made.step.entry.image,
    outcome,
    policies,
    changes,
    findings,
  ]);
}
