import { matchesGlob } from "../../kubernetes/glob.ts";
import { quote } from "../../text/quote.ts";
import { matchedLabels, placeOfLabel } from "../match.ts";
import { type Copied, type Policy } from "../policy.ts";
import { type JointLint } from "./joint-lint.ts";

// With so many agents each policy is compared: clusters have a few.
const MAX_AGENTS = 100;

/** Trust in what an agent lets a step write onto its Pods. */
export function lintForgeable(policies: readonly Policy[]): JointLint[] {
  const [labels, annotations] = [copiersOf(policies, "labels"), copiersOf(policies, "annotations")];
  return policies.flatMap((policy) => [...byLabels(policy, labels), ...byAnnotations(policy, annotations)]);
}

/** The agents that copy; a policy without an agent's settings that opens all labels speaks of such an agent, or of none. */
function copiersOf(policies: readonly Policy[], what: Copied): readonly Policy[] {
  return policies
    .filter(({ copies, document }) => copies?.includes(what) ?? document[what]?.fromStep === true)
    .slice(0, MAX_AGENTS);
}

function byLabels(policy: Policy, copiers: readonly Policy[]): JointLint[] {
  const { match } = policy.document;
  const keys = matchedLabels(match);
  const copier = keys.length === 0 ? undefined : copiers.find((one) => mayMeet(one, policy));
  if (copier === undefined) return [];
  const whose = saidBy(copier, policy);
  const places = new Map(keys.map((key) => [placeOfLabel(match, key).join("\0"), key]));
  return [...places.values()].map((key) => ({
    policy,
    problem: {
      code: "forgeable-label",
      path: placeOfLabel(match, key),
      message: `chooses Pods by the label ${quote(key)}, and ${whose} lets an agent copy a step's labels onto its Pods: a step may choose this policy`,
    },
  }));
}

function byAnnotations(policy: Policy, copiers: readonly Policy[]): JointLint[] {
  const copier =
    policy.document.trustAnnotations === true ? copiers.find((one) => mayMeet(one, policy)) : undefined;
  if (copier === undefined) return [];
  const message = `trusts annotations, and ${saidBy(copier, policy)} lets an agent copy a step's onto its Pods`;
  return [{ policy, problem: { code: "forgeable-annotation", path: ["trustAnnotations"], message } }];
}

const saidBy = (copier: Policy, policy: Policy): string =>
  copier === policy ? "the same policy" : `the policy ${quote(copier.name)}`;

/** Whether both may be for Pods of one namespace. */
function mayMeet(a: Policy, b: Policy): boolean {
  const [ours, theirs] = [namespacesOf(a), namespacesOf(b)];
  return ours.some((one) => theirs.some((other) => mayCoverOne(one, other)));
}

const namespacesOf = ({ namespace, document }: Policy): readonly string[] =>
  namespace === undefined ? (document.match?.namespaces ?? ["*"]) : [namespace];

/** Whether two patterns may cover one text; where both have stars, how they begin and end must not exclude it. */
function mayCoverOne(a: string, b: string): boolean {
  if (!a.includes("*")) return matchesGlob(b, a);
  if (!b.includes("*")) return matchesGlob(a, b);
  const [startA, startB] = [a.slice(0, a.indexOf("*")), b.slice(0, b.indexOf("*"))];
  const [endA, endB] = [a.slice(a.lastIndexOf("*") + 1), b.slice(b.lastIndexOf("*") + 1)];
  return (
    (startA.startsWith(startB) || startB.startsWith(startA)) && (endA.endsWith(endB) || endB.endsWith(endA))
  );
}
