import { allContainers, type PlacedContainer } from "../kubernetes/containers.ts";
import { deepEqual } from "../kubernetes/equality.ts";
import { type Path } from "../text/path.ts";
import { escalates } from "./container-security.ts";
import { type Cause } from "./draft.ts";
import { checksOf, unmetAt } from "./pod-security.ts";
import { type Demand, type PodSecurityProfile } from "./pod-security-checks.ts";
import { type Turn } from "./turn.ts";

/** Writes what a profile wants to be said and nobody said. */
export function fillDemands(turn: Turn, profile: PodSecurityProfile): void {
  const cause = { rule: turn.rule("podSecurityStandard") };
  for (const { demand } of checksOf(turn.draft.pod, profile, turn.scene.policy.givesUsers))
    if (demand?.at === "pod") fillPod(turn, demand, cause);
    else if (demand?.at === "container") fillContainers(turn, demand, cause);
}

function fillPod(turn: Turn, demand: Demand, cause: Cause): void {
  const path = ["spec", ...demand.field];
  if (unmetAt(turn.draft.pod, demand).length > 0) turn.draft.write(path, demand.value, cause);
  else holdOwn(turn, path, { value: demand.value, cause });
}

function fillContainers(turn: Turn, demand: Demand, cause: Cause): void {
  for (const place of allContainers(turn.draft.pod)) fillContainer(turn, place, { demand, cause });
}

function fillContainer(
  turn: Turn,
  { path: place }: PlacedContainer,
  { demand: { field, value, isItem }, cause }: { demand: Demand; cause: Cause },
): void {
  const path = [...place, ...field];
  const current = turn.draft.read(path);
  if (isItem === true) {
    const index = Array.isArray(current) ? current.indexOf(value) : -1;
    if (index < 0) turn.draft.append(path, value, cause);
    else holdOwn(turn, [...path, index], { value, cause });
  } else if (current !== undefined) holdOwn(turn, path, { value, cause });
  // A container that escalates by nature is told of for what makes it so; validation refuses it with the word.
  else if (!escalates(turn, [...place, "securityContext"])) turn.draft.write(path, value, cause);
}

/** What an earlier decision filled is this rule's again, unless another one has it now. */
function holdOwn(turn: Turn, path: Path, { value, cause }: { value: unknown; cause: Cause }): void {
  const isNobodys = turn.draft.ruleOf(path).startsWith("pod#");
  if (isNobodys && deepEqual(turn.draft.read(path), value)) turn.draft.hold(path, cause);
}
