import { type Occasion, type ReviewedRequest } from "../admission/answer.ts";
import { type Decision } from "../admission/decision.ts";
import { recordOf } from "../admission/review-record.ts";
import { type Change } from "../engine/draft.ts";
import { isDenial } from "./outcomes.ts";
import { shownFinding } from "./shown-finding.ts";
import { shownValue, type Whose } from "./shown-value.ts";

/** What the trail says of one decision; never a variable's value, nor another one that may be a secret. */
export interface TrailEntry extends TrailDecision {
  readonly time: string;
  readonly uid: string;
  readonly namespace: string;
  readonly pod: string;
  readonly user: string;
  readonly occasion: TrailOccasion;
  /** What would have become of it if all its policies were enforced. */
  readonly audited?: TrailDecision | undefined;
}

/** What was wanted of the Pod; `validate` is its creation once more, after all webhooks that change it. */
export type TrailOccasion = "validate" | Occasion;

/** What became of a Pod, and why. */
export interface TrailDecision {
  readonly outcome: Decision["outcome"];
  readonly policies: readonly string[];
  readonly digest: string;
  readonly changes: readonly TrailChange[];
  /** One sentence each. */
  readonly findings: readonly string[];
  /** How many changes and findings were left out. */
  readonly omitted?: number | undefined;
}

interface TrailChange {
  readonly pointer: string;
  readonly rule: string;
  readonly asked?: string | undefined;
  readonly before?: unknown;
  readonly after?: unknown;
}

// A step may ask for thousands of things; an entry must leave room for others.
const MAX_ITEMS = 100;
const MAX_VALUE = 1024;
const MAX_ASKED = 256;

/** What is to be kept of a decision; nothing where nothing was decided, and of a dry run. */
export function trailEntry(
  reviewed: ReviewedRequest,
  { now, occasion }: { readonly now: number; readonly occasion: TrailOccasion },
): TrailEntry | undefined {
  const { request, decision } = reviewed;
  const { uid, namespace, name, dryRun } = recordOf(request, reviewed);
  if (dryRun || isNothing(decision, occasion)) return undefined;
  const { audited } = decision;
  const { outcome, policies, digest, changes, findings, omitted } = toldOf(decision);
  // Named one by one, as it becomes text with every review: spreads took half of the time, and what is undefined leaves no trace.
  return {
    time: new Date(now).toISOString(),
    uid,
    namespace,
    pod: name,
    user: request.userInfo?.username ?? "",
    occasion,
    outcome,
    policies,
    digest,
    changes,
    findings,
    omitted,
    audited: audited === undefined ? undefined : toldOf(audited),
  };
}

/** A Pod that no policy is for, and one that was found right when it was looked at once more. */
function isNothing(decision: Decision, occasion: TrailOccasion): boolean {
  const { outcome, findings, audited } = decision;
  if (isDenial(decision) || findings.length > 0) return false;
  if (audited !== undefined && !isNothing(audited, occasion)) return false;
  return outcome === "untouched" || occasion !== "create";
}

function toldOf({ outcome, policies, digest, changes, findings }: Decision): TrailDecision {
  const omitted = Math.max(0, changes.length - MAX_ITEMS) + Math.max(0, findings.length - MAX_ITEMS);
  return {
    outcome,
    policies,
    digest,
    changes: changes.slice(0, MAX_ITEMS).map(shownChange),
    findings: findings.slice(0, MAX_ITEMS).map(shownFinding),
    omitted: omitted === 0 ? undefined : omitted,
  };
}

function shownChange({ pointer, rule, asked, before, after }: Change): TrailChange {
  const shown = (whose: Whose, value: unknown): unknown =>
    value === undefined ? undefined : bounded(shownValue(pointer, value, whose));
  return {
    pointer,
    rule,
    asked: asked?.slice(0, MAX_ASKED),
    before: shown("before", before),
    after: shown("after", after),
  };
}

function bounded(value: unknown): unknown {
  return JSON.stringify(value).length <= MAX_VALUE ? value : "(too long)";
}
