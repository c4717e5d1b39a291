import { type Problem } from "../../text/problem.ts";

/** Every lint there is: what it says of a policy, and how to mend that. The reference page is made from this table. */
export const LINTS = {
  "never-matches": {
    about: "No Pod can match: a list is empty, or no pattern in it covers what such a value can be.",
    mend: "Write what the Pods have, or leave the key out where it should not count.",
  },
  "pattern-matches-nothing": {
    about: "A pattern covers no name, image, key or value that there can be.",
    mend: "Write it in the letters that such names have, or take it out.",
  },
  "unknown-event": {
    about: "Woodpecker knows no such event.",
    mend: "Name one of push, pull_request, pull_request_closed, pull_request_metadata, tag, release, deployment, cron, manual.",
  },
  "no-repo-id": {
    about: "`repoIds` are numbers, and this is none: such a label is never Woodpecker's.",
    mend: "Write the number that Woodpecker gives the repository; it stands in the label `woodpecker-ci.org/repo-id` of its Pods.",
  },
  "repo-name-shared": {
    about:
      "Policies are chosen by `repos`: the label has `owner/name` as `owner-name`, and so have other repositories, also those of other owners.",
    mend: "Name repositories by `repoIds`, at least where the policy grants something.",
  },
  "user-is-group": {
    about: "A group is never who created a Pod.",
    mend: "Name the account, `system:serviceaccount:NAMESPACE:NAME`.",
  },
  "image-without-tag": {
    about: "A pattern for images without a tag covers the tag `latest` only.",
    mend: "Write the tags that are meant: `name:*` covers all, and digests as well.",
  },
  "default-beyond-bounds": {
    about:
      "What the policy itself sets or gives by default is above its `max` or `maxPod`, or below its `min`: no container gets it as it is written.",
    mend: "Bring the amount within the bounds, or widen them.",
  },
  "default-breaks-ratio": {
    about:
      "What the policy itself sets or gives by default, with `max` for a limit that nobody names, breaks its `maxLimitRequestRatio`: the request is raised.",
    mend: "Give a higher request or a lower limit by default.",
  },
  "class-beyond-bounds": {
    about: "A class is beyond the policy's bounds: no step gets it as it is written.",
    mend: "Bring the class within the bounds, or widen them.",
  },
  "bounds-crossed": {
    about:
      "What one policy has as `min` is above the `max` or `maxPod` of another one that all its Pods have as well: no amount meets both. (Within one policy this is an error.)",
    mend: "Bring the two bounds in order.",
  },
  "exceed-without-bounds": {
    about: "`onExceed` says what becomes of more than the bounds, and no policy has any.",
    mend: "Say `min`, `max`, `maxPod` or `maxLimitRequestRatio`, or leave `onExceed` out.",
  },
  "likely-slip": {
    about: "An amount is what was written and hardly what was meant.",
    mend: "Write the suffix that is meant: `400Mi` of memory, where `400m` is 0.4 bytes.",
  },
  "tolerates-every-taint": {
    about:
      "A toleration without a key tolerates every taint, also those of nodes that are broken, drained or not for steps. In `fromStep`, so does the key `*` without an effect.",
    mend: "Name the keys of the taints that are meant.",
  },
  "privileged-for-all": {
    about: "Every step may be privileged, and with that own its node and all that runs there.",
    mend: "Grant it to plugins: `privileged: {images: [...]}`.",
  },
  "public-images": {
    about: "Privileged mode is granted to images that anybody can publish.",
    mend: "Name the images, or a registry or an owner that only trusted people write to.",
  },
  "beyond-standard": {
    about:
      "What the policy grants or has as a default is forbidden by its own `podSecurityStandard`: no Pod gets it, or only Pods in a user namespace of their own.",
    mend: "Take it out, or choose another standard.",
  },
  "unknown-capability": {
    about:
      "Linux knows no such capability: depending on the runtime the container fails to start or keeps what it should lose.",
    mend: "Write it in capitals and without `CAP_`: `NET_RAW`, or `ALL`.",
  },
  "moot-pattern": {
    about: "What the pattern covers is never granted, whatever `fromStep` says, or always.",
    mend: "Take it out; a reserved key that is meant all the same must be named literally.",
  },
  "never-holds": {
    about:
      "What is written never has an effect: something that always goes before it says the same thing otherwise.",
    mend: "Take out one of the two.",
  },
  "forgeable-label": {
    about:
      "The policy chooses Pods by a label that a step can write: an agent whose label gate is open copies a step's labels over its own, also `woodpecker-ci.org/repo-id`.",
    mend: "Close the agent's gate, `WOODPECKER_BACKEND_K8S_POD_LABELS_ALLOW_FROM_STEP`, and open keys with `labels.fromStep` of a policy instead; or trust what no step can write: `users`, `namespaces`.",
  },
  "forgeable-annotation": {
    about:
      "The policy trusts a Pod's annotations, and an agent whose annotation gate is open copies a step's onto its Pods.",
    mend: "Close the agent's gate, or leave `trustAnnotations` as the agent's settings have it, false.",
  },
  "no-effect": {
    about:
      "A policy of a namespace, or a part of it, has no effect: no policy of the cluster is for its Pods, or none grants what it wants.",
    mend: "Want what steps are granted there, or ask whoever makes the cluster's policies.",
  },
  expiry: {
    about: "The policy has ended, or will within two weeks: from then on it has no effect.",
    mend: "Give it a later `validUntil`, or delete it.",
  },
  "example-refused": {
    about: "A gate is closed to what an example asks (`podpecker validate --example`).",
    mend: "Open the gate, or take the asking out of the example.",
  },
  "unknown-setting": {
    about: "The ConfigMap has a `WOODPECKER_BACKEND_K8S_` key that is not known.",
    mend: "Write the name of the setting as the agent knows it.",
  },
} as const satisfies Readonly<Record<string, { readonly about: string; readonly mend: string }>>;

export type LintCode = keyof typeof LINTS;

/** Something in a policy that is worth a word, and keeps it from nothing. */
export interface Lint extends Problem {
  readonly code: LintCode;
}
