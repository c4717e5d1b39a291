import { allContainers, type PlacedContainer } from "../kubernetes/containers.ts";
import { type Path } from "../text/path.ts";
import { join } from "./join.ts";
import { claimsOf, type WantedSecurity } from "./security-claims.ts";
import { type Claims, type Ruled, type Turn } from "./turn.ts";

/** Settles what only a container has: privileged mode, escalation, dropped capabilities. What is set holds for all of them. */
export function settleContainerFields(turn: Turn, wanted: WantedSecurity): void {
  const step = turn.scene.step.path.join();
  for (const place of allContainers(turn.draft.pod)) {
    const mine = place.path.join() === step ? wanted : { set: wanted.set };
    settlePrivileged(turn, place, mine);
    settleEscalation(turn, place, mine);
    dropCapabilities(turn, place, mine);
  }
}

function settlePrivileged(turn: Turn, { path }: PlacedContainer, wanted: WantedSecurity): void {
  const field = [...path, "securityContext", "privileged"];
  const { set, asked, fallback } = claimsOf(turn, "privileged", wanted);
  const claims = { set: impliedBy(turn, wanted) ?? set, asked, fallback };
  const target = claims.set ?? asked ?? fallback;
  const isNow = turn.draft.read(field) === true;
  // Not being privileged needs no word.
  if (target?.value !== false || isNow) turn.settle(field, claims);
  else if (claims.set !== undefined && asked?.value === true) turn.refuseForSet(asked.path, claims.set);
}

/** A privileged container escalates by nature: nobody can have the one where the policy forbids the other. */
function impliedBy(turn: Turn, { set, granted }: WantedSecurity): Ruled<boolean> | undefined {
  const isForbidden =
    set?.allowPrivilegeEscalation === false && [granted?.privileged, set.privileged].includes(true);
  return isForbidden ? { value: false, rule: turn.rule("set", "allowPrivilegeEscalation") } : undefined;
}

/** Validation refuses a container that is privileged, or has SYS_ADMIN, and may not escalate. */
function settleEscalation(turn: Turn, { path }: PlacedContainer, wanted: WantedSecurity): void {
  const context = [...path, "securityContext"];
  const field = [...context, "allowPrivilegeEscalation"];
  const claims = claimsOf(turn, "allowPrivilegeEscalation", wanted);
  if (!escalates(turn, context)) turn.settle(field, withoutEscalation(turn, claims));
  else if (claims.set?.value === false) forbidEscalation(turn, context, claims);
  else allowEscalation(turn, field, claims);
}

/** That it may escalate needs no word, only that nobody says otherwise. */
function allowEscalation(turn: Turn, field: Path, { asked }: Claims<boolean>): void {
  if (asked?.value === false)
    turn.find("privileged-container", asked.path, {
      message: "is not given: the container is privileged or has SYS_ADMIN",
    });
  if (turn.draft.read(field) !== false) return;
  const rule = turn.draft.ruleOf([...field.slice(0, -1), "privileged"]);
  turn.draft.remove(field, { rule });
  tellMended(turn, "gives way to privileged mode", rule);
}

/** What is not privileged after all does not escalate either; by default nobody says that it does. */
function withoutEscalation(turn: Turn, { asked, fallback, set }: Claims<boolean>): Claims<boolean> {
  const claims = { set, fallback: fallback?.value === true ? undefined : fallback };
  if (asked?.value !== true) return { asked, ...claims };
  const message = "is not given: it comes with privileged mode only, and the container is not privileged";
  if (set?.value !== true) turn.find("not-granted", asked.path, { message, rule: asked.rule });
  return claims;
}

function forbidEscalation(turn: Turn, context: Path, claims: Claims<boolean>): void {
  const cause = { rule: turn.rule("set", "allowPrivilegeEscalation") };
  if (turn.draft.read([...context, "privileged"]) === true)
    turn.draft.write([...context, "privileged"], false, cause);
  for (let index = sysAdmin(turn, context); index >= 0; index = sysAdmin(turn, context))
    turn.draft.remove([...context, "capabilities", "add", index], cause);
  tellMended(turn, "makes a privileged container an ordinary one", cause.rule);
  turn.settle([...context, "allowPrivilegeEscalation"], claims);
}

function tellMended(turn: Turn, message: string, rule: string): void {
  turn.findOfPolicy("escalation-mended", [turn.id, "allowPrivilegeEscalation"], { message, rule });
}

/** Whether the container with this security context may escalate by its nature. */
export function escalates(turn: Turn, context: Path): boolean {
  return turn.draft.read([...context, "privileged"]) === true || sysAdmin(turn, context) >= 0;
}

function sysAdmin(turn: Turn, context: Path): number {
  const added = turn.draft.read([...context, "capabilities", "add"]);
  return Array.isArray(added)
    ? added.findIndex((name) => name === "SYS_ADMIN" || name === "CAP_SYS_ADMIN")
    : -1;
}

function dropCapabilities(turn: Turn, { path }: PlacedContainer, wanted: WantedSecurity): void {
  const field = [...path, "securityContext", "capabilities", "drop"];
  const verbs = (verb: "set" | "default"): readonly string[] => wanted[verb]?.capabilities?.drop ?? [];
  const asked = wanted.granted?.capabilities?.drop ?? [];
  const rule = (verb: "set" | "default", index: number): string =>
    turn.rule(verb, "capabilities", "drop", index);
  join(
    turn,
    field,
    verbs("set").map((value, index) => ({ value, cause: { rule: rule("set", index) } })),
  );
  join(
    turn,
    field,
    asked.map((value, index) => ({
      value,
      cause: turn.because({ path: [turn.id, "capabilities", "drop", index], rule: turn.rule("fromStep") }),
    })),
  );
  join(
    turn,
    field,
    verbs("default").map((value, index) => ({ value, cause: { rule: rule("default", index) } })),
  );
}
