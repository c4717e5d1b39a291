import { decide } from "#src/admission/decide.ts";
import { APPARMOR_PREFIX } from "#src/engine/annotations.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { type ReviewFacts } from "#src/policy/match.ts";
import { type PolicySet } from "#src/policy/policy-set.ts";
import { type ProvingGround } from "./proving-ground.ts";

/** A Pod that the API server is asked about, before and after it is decided about. */
export interface Trial {
  readonly pod: Pod;
  readonly facts: ReviewFacts;
  readonly policies: PolicySet;
}

/** What the API server says to a trial. */
export interface Findings {
  /** Why the Pod is refused as it comes. */
  readonly refusal?: string;
  readonly outcome: string;
  /** What speaks against the decision. */
  readonly objections: readonly string[];
}

/**
 * Whether what is decided is accepted and, with all that the API server has put in, left as it is. Decided about are the Pod as
 * its creator sends it and the Pod as a webhook sees it; both come to the same.
 */
export async function tryOut(trial: Trial, ground: ProvingGround): Promise<Findings> {
  const sent = await judge(trial.pod, { trial, ground, how: "as sent" });
  const { outcome } = sent;
  const before = await ground.ask(trial.pod);
  if (before.pod === undefined) return { refusal: before.refusal, outcome, objections: sent.objections };
  const seen = await judge(before.pod, { trial, ground, how: "as a webhook sees it" });
  return { outcome, objections: [...sent.objections, ...seen.objections, ...differences(trial, sent, seen)] };
}

interface Judgement {
  readonly outcome: string;
  readonly objections: readonly string[];
  /** The Pod as the API server would store it. */
  readonly result?: Pod;
}

async function judge(
  pod: Pod,
  { trial: { facts, policies }, ground, how }: { trial: Trial; ground: ProvingGround; how: string },
): Promise<Judgement> {
  const { outcome, pod: decided } = decide(pod, facts, policies);
  if (outcome !== "decided") return { outcome, objections: [] };
  const after = await ground.ask(decided);
  if (after.pod === undefined) return { outcome, objections: [after.refusal] };
  const again = decide(after.pod, facts, policies);
  const changes = again.changes.map((change) => JSON.stringify(change));
  const words = again.outcome === outcome ? changes : [again.outcome];
  const objections = words.map((word) => `decided again, after ${how}: ${word}`);
  return { outcome, objections, result: after.pod };
}

function differences(trial: Trial, sent: Judgement, seen: Judgement): string[] {
  if (sent.outcome !== seen.outcome) return [`${sent.outcome} as sent, else ${seen.outcome}`];
  // The API server makes a field of it before a webhook sees it, which then says again what the Pod's own field says.
  const isAnnotated = Object.keys(trial.pod.metadata?.annotations ?? {}).some((key) =>
    key.startsWith(APPARMOR_PREFIX),
  );
  const [one, other] = [specOf(sent.result), specOf(seen.result)];
  return one === other || isAnnotated ? [] : [`one Pod as sent, another one else: ${one} ${other}`];
}

// Each creation gets a volume with the token, of another name.
const TOKEN = /kube-api-access-[a-z0-9]{5}/g;

/** What runs, but for the tolerations that a Pod gets where it has no such. */
function specOf(pod: Pod | undefined): string {
  const tolerations = pod?.spec.tolerations?.filter(({ tolerationSeconds }) => tolerationSeconds !== 300);
  return unordered({ ...pod?.spec, tolerations }).replaceAll(TOKEN, "kube-api-access");
}

/** Whatever the order of lists: who comes first depends on what the API server has put in before. */
function unordered(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(unordered).sort().join()}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const members = Object.entries(value).map(([key, member]) => `${key}:${unordered(member)}`);
  return `{${members.sort().join()}}`;
}
