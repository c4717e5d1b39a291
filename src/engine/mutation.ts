import { type z } from "zod";

import { type Judgement, judgeByAll, type RuledJudgement } from "./judge.ts";
import { type Verbs } from "./policy.ts";
import { type Scene } from "./scene.ts";
import { type Turn } from "./turn.ts";

/** What is wanted of a mutation: by the policy, and by the step as far as it was granted. */
export interface Wanted<Granted, Value> {
  readonly set?: Value | undefined;
  readonly granted?: Granted | undefined;
  readonly default?: Value | undefined;
}

/** One thing that can be done to a step Pod. Each file in `mutations/` defines exactly one; its key in the table names it everywhere. */
export interface Mutation<Option, Section> {
  /** What it does to the Pod, for the reference; one sentence or two. */
  readonly about: string;
  /** What a step may ask; absent where it can ask nothing. */
  readonly option: Option;
  /** What a policy says. */
  readonly section: Section;
  /** Whether it has something to do where neither the step nor a policy says a word. */
  readonly unasked?: (scene: Scene) => boolean;
  /** What of an asking the policy of the scene grants; absent where a step can ask nothing. */
  readonly judge?: (
    asked: unknown,
    by: { readonly id: string; readonly scene: Scene },
  ) => RuledJudgement<unknown>;
  /** Judges the asking, writes what is wanted, and tells what is not given. */
  readonly run: (turn: Turn, asked: unknown, rule: Verbs<unknown, unknown> | undefined) => void;
}

/** The parts of a mutation that has an option, typed. */
export interface Definition<Asked, Value, Gate, Granted> {
  readonly about: string;
  readonly option: z.ZodType<Asked>;
  readonly section: z.ZodType<Verbs<Value, Gate>>;
  readonly unasked?: (scene: Scene) => boolean;
  /** What of the asking the gate grants; `undefined` is the gate of a section that has none. Never sees the draft. */
  readonly judge: (asked: Asked, gate: Gate | undefined, scene: Scene) => Judgement<Granted>;
  /** Writes what is wanted. Never sees the gate. */
  readonly apply: (turn: Turn, wanted: Wanted<Granted, Value>) => void;
}

/** Defines a mutation that a step may ask for. */
export function defineMutation<Asked, Value, Gate, Granted = Asked>(
  definition: Definition<Asked, Value, Gate, Granted>,
): Mutation<z.ZodType<Asked>, z.ZodType<Verbs<Value, Gate>>> {
  const { judge, apply, ...described } = definition;
  return {
    ...described,
    // The schema of this definition has checked what is asked before it comes here.
    judge: (asked, by) => judgeByAll(judge, asked as Asked, by),
    run: (turn, asked, rule) => {
      // The schemas of this definition have checked both before they came here.
      const verbs = (rule ?? {}) as Verbs<Value, Gate>;
      const judged = asked === undefined ? undefined : judgeByAll(judge, asked as Asked, turn);
      for (const { code, path, message, rule: law } of judged?.refusals ?? [])
        turn.find(code, [turn.id, ...path], { message, rule: law });
      apply(turn, { set: verbs.set, granted: judged?.granted, default: verbs.default });
    },
  };
}

/** Defines a mutation that only a policy can want. */
export function definePolicyMutation<Value>(definition: {
  readonly about: string;
  readonly section: z.ZodType<Verbs<Value, never>>;
  readonly apply: (turn: Turn, wanted: Wanted<never, Value>) => void;
}): Mutation<undefined, z.ZodType<Verbs<Value, never>>> {
  const { about, section, apply } = definition;
  return {
    about,
    option: undefined,
    section,
    // The schema of this definition has checked the rule before it came here.
    run: (turn, _, rule) => {
      apply(turn, (rule ?? {}) as Wanted<never, Value>);
    },
  };
}

/** Defines an option that belongs to another one's section, or to none. */
export function defineWish<Asked>(definition: {
  readonly about: string;
  readonly option: z.ZodType<Asked>;
  readonly judge: (turn: Turn, asked: Asked) => void;
}): Mutation<z.ZodType<Asked>, undefined> {
  const { about, option, judge } = definition;
  return {
    about,
    option,
    section: undefined,
    run: (turn, asked) => {
      // The option's schema has checked it before it came here.
      if (asked !== undefined) judge(turn, asked as Asked);
    },
  };
}

/** Defines an option about what a policy gives without being asked. */
export function defineOffer<Asked>(definition: {
  readonly about: string;
  readonly option: z.ZodType<Asked>;
  readonly unasked: (scene: Scene) => boolean;
  /** Writes what is offered and not declined. */
  readonly apply: (turn: Turn, asked: Asked | undefined) => void;
}): Mutation<z.ZodType<Asked>, undefined> {
  const { apply, ...described } = definition;
  return {
    ...described,
    section: undefined,
    run: (turn, asked) => {
      // The option's schema has checked it before it came here.
      apply(turn, asked as Asked | undefined);
    },
  };
}
