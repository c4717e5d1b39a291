import { matchesAnyGlob } from "../kubernetes/glob.ts";
import { matchesImage } from "../kubernetes/image.ts";
import { toLabelValue } from "../kubernetes/names.ts";
import { stepContainer } from "../kubernetes/containers.ts";
import { own } from "../kubernetes/own.ts";
import { type LimitRange } from "../kubernetes/limit-range.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type Path } from "../text/path.ts";
import { type Match } from "./policy-document.ts";

/** What is known about a Pod from outside the Pod. */
export interface ReviewFacts {
  readonly namespace: string;
  /** Who creates the Pod, where that is known. */
  readonly user?: string | undefined;
  /** The time of the review, in milliseconds since 1970. */
  readonly now: number;
  /** The LimitRanges of the namespace. */
  readonly limitRanges?: readonly LimitRange[] | undefined;
}

/** Whether a policy is for this Pod. */
export type Matcher = (pod: Pod, facts: ReviewFacts) => boolean;

const LABELS = {
  repos: "woodpecker-ci.org/repo-full-name",
  events: "woodpecker-ci.org/event",
  branches: "woodpecker-ci.org/commit-branch",
  repoIds: "woodpecker-ci.org/repo-id",
} as const;

/** Compiles `match`. All that is given must fit; a missing label or user fits nothing. */
export function compileMatch(match: Match = {}): Matcher {
  const matchers: Matcher[] = [
    ...when(
      match.users,
      (patterns) =>
        (_, { user }) =>
          user !== undefined && matchesAnyGlob(patterns, user),
    ),
    ...when(
      match.namespaces,
      (patterns) =>
        (_, { namespace }) =>
          matchesAnyGlob(patterns, namespace),
    ),
    ...when(match.images, (patterns) => (pod) => imageMatches(patterns, pod)),
    ...labelPatterns(match).map(([key, patterns]): Matcher => (pod) => {
      const value = own(pod.metadata?.labels, key);
      return value !== undefined && matchesAnyGlob(patterns, value);
    }),
  ];
  return (pod, facts) => matchers.every((matcher) => matcher(pod, facts));
}

/** The label keys on which a policy matches. */
export function matchedLabels(match: Match = {}): string[] {
  return [...woodpeckers(match).map((key) => LABELS[key]), ...Object.keys(match.podLabels ?? {})];
}

/** The part of a policy that says it matches on the label. */
export function placeOfLabel(match: Match = {}, label: string): Path {
  const words = woodpeckers(match).find((key) => LABELS[key] === label);
  return words === undefined ? ["match", "podLabels", label] : ["match", words];
}

function when<T>(given: T | undefined, make: (given: T) => Matcher): Matcher[] {
  return given === undefined ? [] : [make(given)];
}

function imageMatches(patterns: readonly string[], pod: Pod): boolean {
  const { image } = stepContainer(pod).container;
  return image !== undefined && patterns.some((pattern) => matchesImage(pattern, image));
}

/** The labels on which a policy matches, each with the patterns of which one must cover its value. */
export function labelPatterns(match: Match): [string, readonly string[]][] {
  const ofWoodpecker = woodpeckers(match).map((key): [string, string[]] => [
    LABELS[key],
    (match[key] ?? []).map(normalise),
  ]);
  const own = Object.entries(match.podLabels ?? {}).map(([key, value]): [string, string[]] => [key, [value]]);
  return [...ofWoodpecker, ...own];
}

/** The keys of the table above that are given. */
function woodpeckers(match: Match): (keyof typeof LABELS)[] {
  return (Object.keys(LABELS) as (keyof typeof LABELS)[]).filter((key) => match[key] !== undefined);
}

/** What Woodpecker makes of such a value before it becomes a label; the stars stay. */
function normalise(pattern: string): string {
  if (!pattern.includes("*")) return toLabelValue(pattern);
  return pattern
    .toLowerCase()
    .replace(/[^-_.a-z0-9*]+/g, "-")
    .replace(/[-_.]{2,}/g, "-");
}
