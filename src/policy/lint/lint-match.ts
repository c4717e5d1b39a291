import { matchesAnyGlob, matchesGlob } from "../../kubernetes/glob.ts";
import { coversLatestOnly, mayCoverImage } from "../../kubernetes/image.ts";
import { mayCover, NAME_SHAPES } from "../../kubernetes/name-shape.ts";
import { nearest } from "../../text/nearest.ts";
import { type Path } from "../../text/path.ts";
import { quote } from "../../text/quote.ts";
import { labelPatterns, placeOfLabel } from "../match.ts";
import { type Match, type PolicyDocument } from "../policy-document.ts";
import { type Lint } from "./lints.ts";

/** Selections that choose no Pod, or others than they seem to. */
export function lintMatch({ match = {} }: PolicyDocument): Lint[] {
  return [...reach(match), ...contradictions(match), ...advice(match)];
}

/** Patterns that cover nothing, and lists of which none covers anything. */
function reach(match: Match): Lint[] {
  const { users, namespaces, images } = match;
  const labels = labelPatterns(match).map(([key, patterns]) => ({
    path: placeOfLabel(match, key),
    patterns,
    may: (pattern: string) => mayCover(pattern, NAME_SHAPES.labelValue),
  }));
  const isNamespace = (pattern: string): boolean => mayCover(pattern, NAME_SHAPES.dnsLabel);
  return [
    ...(users?.length === 0 ? reachOf({ path: ["match", "users"], patterns: users, may: () => true }) : []),
    ...reachOf({ path: ["match", "namespaces"], patterns: namespaces, may: isNamespace }),
    ...reachOf({ path: ["match", "images"], patterns: images, may: mayCoverImage }),
    ...labels.flatMap(reachOf),
  ];
}

interface Reach {
  readonly path: Path;
  readonly patterns: readonly string[] | undefined;
  readonly may: (pattern: string) => boolean;
}

function reachOf({ path, patterns, may }: Reach): Lint[] {
  if (patterns === undefined) return [];
  const dead = [...patterns.entries()].filter(([, pattern]) => !may(pattern));
  if (dead.length < patterns.length)
    return dead.map(([index, written]) => ({
      code: "pattern-matches-nothing",
      path: [...path, index],
      written,
      message: "matches nothing: there can be no such value",
    }));
  const message =
    patterns.length === 0
      ? "is an empty list, which no Pod matches; leave it out where it should not count"
      : `matches no Pod: there can be no such value as ${patterns.map((one) => quote(one)).join(", ")}`;
  return [{ code: "never-matches", path, message }];
}

/** A label that must have two values at once. */
function contradictions(match: Match): Lint[] {
  const patterns = labelPatterns(match);
  return Object.entries(match.podLabels ?? {}).flatMap(([key, written]): Lint[] => {
    const others = patterns.filter(([label, values]) => label === key && values[0] !== written);
    if (others.every(([, values]) => values.some((value) => mayMeet(value, written)))) return [];
    const path = ["match", "podLabels", key];
    const words = placeOfLabel({ ...match, podLabels: {} }, key).at(-1) ?? "";
    return [{ code: "never-matches", path, written, message: `matches no Pod that ${words} matches` }];
  });
}

/** Whether two patterns may cover one text; where both have stars, they may. */
function mayMeet(a: string, b: string): boolean {
  if (a.includes("*")) return b.includes("*") || matchesGlob(a, b);
  return matchesGlob(b, a);
}

// https://github.com/woodpecker-ci/woodpecker/blob/v3.17.0/server/model/const.go
const EVENTS = [
  "push",
  "pull_request",
  "pull_request_closed",
  "pull_request_metadata",
  "tag",
  "release",
  "deployment",
  "cron",
  "manual",
];

// From 3.5 to 3.16 the agent wrote hyphens into labels.
const EVENT_LABELS = EVENTS.flatMap((event) => [event, event.replaceAll("_", "-")]);

// https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings
const GROUPS = [
  "system:serviceaccounts",
  "system:serviceaccounts:*",
  "system:authenticated",
  "system:masters",
];

function advice(match: Match): Lint[] {
  return [
    ...each(match.users, ["match", "users"], userAdvice),
    ...each(match.events, ["match", "events"], eventAdvice),
    ...each(match.repoIds, ["match", "repoIds"], (id) =>
      /^[0-9*]+$/.test(id) ? undefined : ["no-repo-id", "is not the number of a repository"],
    ),
    ...each(match.images, ["match", "images"], imageAdvice),
    ...repoAdvice(match),
  ];
}

type Advice = readonly [code: Lint["code"], message: string];

function each(
  patterns: readonly string[] = [],
  path: Path,
  advise: (pattern: string) => Advice | undefined,
): Lint[] {
  return patterns.flatMap((written, index) => {
    const found = advise(written);
    return found === undefined
      ? []
      : [{ code: found[0], path: [...path, index], written, message: found[1] }];
  });
}

function userAdvice(user: string): Advice | undefined {
  if (!matchesAnyGlob(GROUPS, user)) return undefined;
  const namespace = user.split(":")[2];
  const hint =
    namespace === undefined ? "" : `; its accounts are ${quote(`system:serviceaccount:${namespace}:*`)}`;
  return ["user-is-group", `is a group, and never who creates a Pod${hint}`];
}

function eventAdvice(event: string): Advice | undefined {
  if (EVENT_LABELS.some((known) => matchesGlob(event.toLowerCase(), known))) return undefined;
  const near = nearest(event, EVENTS);
  const hint = near === undefined ? `; known are ${EVENTS.join(", ")}` : `; did you mean ${quote(near)}?`;
  return ["unknown-event", `is not an event of Woodpecker${hint}`];
}

const LATEST_ONLY = "has no tag, and so covers the tag latest only";

/** What to say of a pattern for images that seems to cover more than it does. */
export function imageAdvice(image: string): Advice | undefined {
  if (!mayCoverImage(image) || !coversLatestOnly(image)) return undefined;
  return ["image-without-tag", `${LATEST_ONLY}; ${quote(`${image}:*`)} covers them all`];
}

function repoAdvice({ repos, repoIds }: Match): Lint[] {
  if (repos === undefined || repos.length === 0 || repoIds !== undefined) return [];
  const message =
    "chooses by a label that repositories of other owners may have as well (a/b-c and a-b/c both have a-b-c); trust by repoIds";
  return [{ code: "repo-name-shared", path: ["match", "repos"], message }];
}
