import { type Workspace } from "../engine/workspace-schema.ts";
import { type WorkspaceTerms, workspaceTerms } from "../engine/workspace-terms.ts";
import { isForPodsOf } from "../policy/layers.ts";
import { type Policy } from "../policy/policy.ts";
import { type Match } from "../policy/policy-document.ts";
import { endOf } from "../policy/valid-until.ts";

/** For which Pods terms are asked, and when. */
export interface WorkspaceQuestion {
  readonly namespace: string;
  /** In milliseconds since 1970. */
  readonly now: number;
  /** What the Pod carries; whoever wrote that. */
  readonly offer: Partial<WorkspaceTerms>;
}

/** What some layers say of a workspace together. */
type Said = Partial<Workspace>;

// Whoever has more policies that differ so much is served by what holds for all Pods of the namespace.
const MOST = 256;

/**
 * What a claim for Pods of a namespace may be like; nothing where no policy in force gives them one. What a Pod carries
 * holds where some of those policies say it together, as they do for a Pod for which just these are: nobody gets by writing
 * it what no admin has written. Else it is what the policies say that are for all Pods of the namespace, or the least that
 * another one says on top. Who created the Pod is not known any more, so that `users` keeps no policy out.
 */
export function grantedTerms(
  policies: readonly Policy[],
  { namespace, now, offer }: WorkspaceQuestion,
): WorkspaceTerms | undefined {
  const isFor = (policy: Policy): boolean =>
    isForPodsOf(namespace, policy) && now < (endOf(policy) ?? Infinity);
  const all = possibilities(policies.filter(isFor)).filter(isClaim).map(workspaceTerms);
  return all.find((terms) => isOffered(terms, offer)) ?? all[0];
}

/** What the policies may say together about a Pod, by which of them are for it; first what those say that are for all. */
function possibilities(policies: readonly Policy[]): Said[] {
  let all = new Map<string, Said | undefined>([["", undefined]]);
  for (const { document } of policies) {
    const { workspace } = document;
    if (workspace === undefined) continue;
    const on = [...all.values()].map((said): [string, Said] => {
      const both = { ...said, ...workspace };
      return [JSON.stringify(both), both];
    });
    const kept = isForAll(document.match) ? [] : [...all];
    all = new Map([...kept, ...on].slice(0, MOST));
  }
  return [...all.values()].flatMap((said) => said ?? []);
}

const isForAll = (match: Match = {}): boolean =>
  Object.entries(match).every(([key, value]) => key === "namespaces" || value === undefined);

const isOffered = (terms: WorkspaceTerms, offer: Partial<WorkspaceTerms>): boolean =>
  terms.size === offer.size &&
  terms.storageClass === offer.storageClass &&
  terms.accessMode === offer.accessMode &&
  terms.ttlAfterFinished === offer.ttlAfterFinished;

/** Whether any policy gives Pods claims. */
export const givesClaims = (policies: readonly Policy[]): boolean =>
  policies.some(({ document: { workspace } }) => workspace !== undefined && isClaim(workspace));

const isClaim = ({ type }: { readonly type?: string | undefined }): boolean => (type ?? "claim") === "claim";
