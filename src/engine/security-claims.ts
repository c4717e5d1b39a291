import { type Wanted } from "./mutation.ts";
import { type Security } from "./security-schema.ts";
import { type Claims, type Turn } from "./turn.ts";

export type WantedSecurity = Wanted<Security, Security>;

// The part of the gate that grants an option, where it is not the gate as a whole.
const GATES: Partial<Record<keyof Security, string>> = {
  privileged: "privileged",
  seccompProfile: "seccompProfiles",
  apparmorProfile: "apparmorProfiles",
};

/** Who has a say about one of the security settings. */
export function claimsOf<Option extends keyof Security>(
  turn: Turn,
  option: Option,
  { set, granted, default: fallback }: WantedSecurity,
): Claims<NonNullable<Security[Option]>> {
  const [mandatory, asked, usual] = [
    valueOf(set, option),
    valueOf(granted, option),
    valueOf(fallback, option),
  ];
  const gate = GATES[option];
  return {
    set: mandatory === undefined ? undefined : { value: mandatory, rule: turn.rule("set", option) },
    asked:
      asked === undefined
        ? undefined
        : {
            value: asked,
            path: [turn.id, option],
            rule: turn.rule("fromStep", ...(gate === undefined ? [] : [gate])),
          },
    fallback: usual === undefined ? undefined : { value: usual, rule: turn.rule("default", option) },
  };
}

function valueOf<Option extends keyof Security>(
  from: Security | undefined,
  option: Option,
): NonNullable<Security[Option]> | undefined {
  // The schema makes no null members: what is there is a value.
  return from?.[option] as NonNullable<Security[Option]> | undefined;
}
