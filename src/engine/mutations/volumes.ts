import { lastingContainers } from "../../kubernetes/containers.ts";
import { matchesGlob } from "../../kubernetes/glob.ts";
import { listOf } from "../../text/schema.ts";
import { type Path } from "../../text/path.ts";
import { type Cause } from "../draft.ts";
import { grantsName, namesGate, notGranted } from "../gates.ts";
import { mount, occupantOf } from "../mount.ts";
import { type Refusal } from "../judge.ts";
import { defineMutation } from "../mutation.ts";
import { takenBy } from "../policy-places.ts";
import { samePlace } from "../same-place.ts";
import { section } from "../section.ts";
import { type Granted, type Turn } from "../turn.ts";
import { existingVolume, volumeNamed } from "../volume-name.ts";
import { type ClaimMount, claimMounts, type PolicyVolume, policyVolume } from "../volume-schema.ts";

/** Claims that hold workspaces, Podpecker's and the agent's own: another workflow's files are never a step's to name. */
export const WORKSPACE_CLAIMS: readonly string[] = ["podpecker-*", "wp-*-default"];

/** `spec.volumes` and the containers' `volumeMounts`. Closed to steps unless a policy opens claim names. */
export const volumes = defineMutation({
  about:
    "Volumes and their mounts: claims that a step names (`claim:/path[:ro]`), and what a policy mounts into every container.",
  option: claimMounts,
  section: section(listOf(policyVolume), namesGate),
  judge: (asked, gate = false) => {
    const items = asked.map((value, index) => ({ value, path: ["volumes", index] }));
    const refused = ({ value: { claim }, path }: (typeof items)[number]): Refusal | undefined => {
      if (WORKSPACE_CLAIMS.some((pattern) => matchesGlob(pattern, claim)))
        return {
          ...notGranted(path.slice(1), false),
          message: "is the workspace of a workflow and never a step's to name",
        };
      return grantsName(gate, claim) ? undefined : notGranted(path.slice(1), gate);
    };
    return {
      granted: items.filter((item) => refused(item) === undefined),
      refusals: items.flatMap((item) => refused(item) ?? []),
    };
  },
  apply: (turn, { set = [], granted = [], default: fallback = [] }) => {
    const isAsked = (verb: "set" | "default", index: number): boolean =>
      turn.scene.policy.isAsked([turn.id, verb, index]);
    for (const [index, volume] of atTheirPlaces(set, (index) => !isAsked("set", index)))
      mountEverywhere(turn, volume, { rule: turn.rule("set", index) });
    for (const [index, volume] of atTheirPlaces(set, (index) => isAsked("set", index)))
      mountForStep(turn, volume, { rule: turn.rule("set", index) });
    tellShared(turn, granted);
    for (const { value, path } of granted) mountClaim(turn, { value, path, rule: turn.rule("fromStep") });
    for (const [index, volume] of atTheirPlaces(fallback, (index) => !isAsked("default", index)))
      mountWhereFree(turn, volume, { rule: turn.rule("default", index) });
    for (const [index, volume] of atTheirPlaces(fallback, (index) => isAsked("default", index)))
      mountForStepWhereFree(turn, volume, { rule: turn.rule("default", index) });
  },
});

/** Of two volumes for one place the later layer's counts: the other one is not mounted at all. */
function atTheirPlaces(
  volumes: readonly PolicyVolume[],
  isMeant: (index: number) => boolean,
): [number, PolicyVolume][] {
  const meant = [...volumes.entries()].filter(([index]) => isMeant(index));
  return meant.filter(
    ([, { mount }], place) =>
      !meant.slice(place + 1).some(([, later]) => samePlace(later.mount.mountPath, mount.mountPath)),
  );
}

/** What a policy of the namespace mounts goes where a step's claim could. */
function mountForStep(turn: Turn, volume: PolicyVolume, cause: Cause): void {
  const rule = mountForStepWhereFree(turn, volume, cause);
  if (rule === undefined) return;
  const message = `of ${cause.rule} is not mounted: something else stands at ${volume.mount.mountPath}`;
  turn.findOfPolicy("mount-taken", [turn.id], { message, rule });
}

/** The rule by which something else stands there. */
function mountForStepWhereFree(turn: Turn, volume: PolicyVolume, cause: Cause): string | undefined {
  const taken = takenBy(turn, { ...volume.mount, name: existingVolume(turn, volume) ?? "" });
  if (taken !== undefined) return taken;
  const value = { ...volume.mount, name: volumeNamed(turn, volume, cause) };
  mount(turn, turn.scene.step, { value, cause });
  return undefined;
}

function mountEverywhere(turn: Turn, volume: PolicyVolume, cause: Cause): void {
  const value = { ...volume.mount, name: volumeNamed(turn, volume, cause) };
  for (const place of lastingContainers(turn.draft.pod)) mount(turn, place, { value, cause });
}

/** Where every container has something else at the path, the volume is not made. */
function mountWhereFree(turn: Turn, volume: PolicyVolume, cause: Cause): void {
  const wanted = { ...volume.mount, name: existingVolume(turn, volume) ?? "" };
  const places = lastingContainers(turn.draft.pod).filter(
    (place) => occupantOf(turn, place, wanted) !== "other",
  );
  if (places.length === 0) return;
  const value = { ...volume.mount, name: volumeNamed(turn, volume, cause) };
  for (const place of places) mount(turn, place, { value, cause });
}

function mountClaim(turn: Turn, asked: Granted<ClaimMount>): void {
  const { claim, mountPath, readOnly } = asked.value;
  const volume = { name: claim, source: { persistentVolumeClaim: { claimName: claim } } };
  const how = { mountPath, ...(readOnly ? { readOnly } : {}) };
  const rule = takenBy(turn, { name: existingVolume(turn, volume) ?? "", ...how });
  if (rule !== undefined) {
    const message = "is not mounted: something else stands at this mount path";
    turn.find("mount-taken", asked.path, { message, rule });
    return;
  }
  const cause = turn.because(asked);
  const name = volumeNamed(turn, volume, cause);
  mount(turn, turn.scene.step, { value: { name, ...how }, cause });
  if (name !== claim)
    turn.find("volume-renamed", asked.path, { message: "is mounted from a volume of another name" });
  if (readOnly) turn.find("mounted-read-only", asked.path, { message: "is mounted read-only" });
}

/** Woodpecker's backend makes a volume for each mount, and the API server refuses the second of a name. */
function tellShared(turn: Turn, granted: readonly { value: ClaimMount; path: Path }[]): void {
  for (const [index, { value, path }] of granted.entries())
    if (granted.slice(0, index).some((earlier) => earlier.value.claim === value.claim))
      turn.find("volume-shared", path, {
        message: "is mounted from the volume that the claim has in the Pod already",
      });
}
