import { type Pod } from "../kubernetes/pod.ts";

/** A kind of Pods, in words and as a test. */
export interface Spared {
  readonly kind: string;
  /** By the Pod, and by whether a policy gives Pods users of their own. */
  readonly covers: (pod: Pod, givesUsers: boolean) => boolean;
}

export const OWN_USERS: Spared = {
  kind: "Pods with a user namespace of their own (`hostUsers: false`)",
  covers: ({ spec }) => spec.hostUsers === false,
};
// API servers of 1.30 to 1.32 drop the field after admission: a step's word must not stand for users that the Pod will not have.
export const USERS_OF_POLICY: Spared = {
  kind: "Pods with a user namespace of their own that a policy gives them (`hostUsers: false` by its `set` or `default`)",
  covers: (pod, givesUsers) => givesUsers && OWN_USERS.covers(pod, givesUsers),
};
export const WINDOWS: Spared = {
  kind: "Pods for Windows (`os: { name: windows }`)",
  covers: ({ spec }) => spec.os?.name === "windows",
};
