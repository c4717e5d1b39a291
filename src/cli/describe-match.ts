import { type Match } from "../policy/policy-document.ts";

const words = {
  users: "created by",
  namespaces: "namespace",
  repos: "repository",
  repoIds: "repository id",
  events: "event",
  branches: "branch",
  images: "image",
} as const satisfies Partial<Record<keyof Match, string>>;

/** Which Pods a policy is for, in a few words: `namespace ci-*; event push or tag`. */
export function describeMatch(match: Match = {}): string {
  // The keys of the table above.
  const patterns = (Object.keys(words) as (keyof typeof words)[]).flatMap((key) => {
    const given = match[key];
    return given === undefined ? [] : [`${words[key]} ${given.length === 0 ? "none" : given.join(" or ")}`];
  });
  const labels = Object.entries(match.podLabels ?? {}).map(([key, value]) => `label ${key}=${value}`);
  const parts = [...patterns, ...labels];
  return parts.length === 0 ? "every Pod" : parts.join("; ");
}
