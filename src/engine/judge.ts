import { deepEqual } from "../kubernetes/equality.ts";
import { formatPointer } from "../kubernetes/json-pointer.ts";
import { own } from "../kubernetes/own.ts";
import { isMap } from "../text/is-map.ts";
import { type Path } from "../text/path.ts";
import { type FindingCode } from "./finding.ts";
import { type Narrowing } from "./policy.ts";
import { type Scene } from "./scene.ts";

/** A part of the asking that is not granted. */
export interface Refusal {
  readonly code: FindingCode;
  /** Below the option; empty for the option as a whole. */
  readonly path: Path;
  /** What is so and what would be granted; reads on after path and value. */
  readonly message: string;
  /** Below the section; the gate itself where it is left out. */
  readonly rule?: Path;
}

/** What a step gets of what it asked. */
export interface Judgement<Granted> {
  readonly granted?: Granted | undefined;
  readonly refusals: readonly Refusal[];
}

/** What of an asking is granted by everybody who has a gate, and by whose rule each part is refused. */
export interface RuledJudgement<Granted> {
  readonly granted?: Granted | undefined;
  readonly refusals: readonly (Omit<Refusal, "rule"> & { readonly rule: string })[];
}

/** Says what of an asking one gate grants; `undefined` is the gate of a section that has none. */
export type Judge<Asked, Gate, Granted> = (
  asked: Asked,
  gate: Gate | undefined,
  scene: Scene,
) => Judgement<Granted>;

/**
 * Judges an asking by the policy's gate and by that of each narrowing: what is granted is what all of them grant. Of two
 * who refuse the same the first one is told.
 */
export function judgeByAll<Asked, Gate, Granted>(
  judge: Judge<Asked, Gate, Granted>,
  asked: Asked,
  { id, scene }: { readonly id: string; readonly scene: Scene },
): RuledJudgement<Granted> {
  const { policy } = scene;
  const judgeBy = ({ sections, ruleAt }: Narrowing): RuledJudgement<Granted> => {
    // The schema of the section has checked it.
    const { granted, refusals } = judge(asked, sections[id]?.fromStep as Gate | undefined, scene);
    const ruled = refusals.map(({ rule = ["fromStep"], ...one }) => ({
      ...one,
      rule: ruleAt([id, ...rule]),
    }));
    return { granted, refusals: ruled };
  };
  const first = judgeBy(policy);
  // Most policies are narrowed by nobody.
  if (policy.narrowings.length === 0) return first;
  const narrowings = policy.narrowings.filter(({ sections }) => sections[id]?.fromStep !== undefined);
  const judged = [first, ...narrowings.map(judgeBy)];
  const refused = new Map<string, RuledJudgement<Granted>["refusals"][number]>();
  for (const one of judged.flatMap(({ refusals }) => refusals)) {
    const key = formatPointer(one.path);
    if (!refused.has(key)) refused.set(key, one);
  }
  return { granted: judged.map(({ granted }) => granted).reduce(common), refusals: [...refused.values()] };
}

/** What two judges of the same asking both grant: of lists the items, of maps the entries, of anything else the whole. */
function common<Granted>(one: Granted | undefined, other: Granted | undefined): Granted | undefined {
  if (one === undefined || other === undefined) return undefined;
  if (one === other) return one;
  // Both are parts of one asking.
  if (Array.isArray(one) && Array.isArray(other))
    return one.filter((item) => other.some((also) => deepEqual(item, also))) as Granted;
  if (!isMap(one) || !isMap(other)) return undefined;
  // Of a value that one of them grants only in part, nobody knows here what is common to both.
  const both = Object.entries(one).filter(([key, value]) => deepEqual(value, own(other, key)));
  return Object.fromEntries(both) as Granted;
}
