import { type WorkspaceTerms, workspaceTerms } from "../engine/workspace-terms.ts";
import { isForPodsOf } from "../policy/layers.ts";
import { type Policy } from "../policy/policy.ts";
import { endOf } from "../policy/valid-until.ts";

const DEFAULTS = workspaceTerms({});

/** For which Pods terms are asked, and when. */
export interface WorkspaceQuestion {
  readonly namespace: string;
  /** In milliseconds since 1970. */
  readonly now: number;
  /** What the Pod carries; whoever wrote that. */
  readonly offer: Partial<WorkspaceTerms>;
}

/**
 * What a claim for Pods of a namespace may be like; nothing where no policy in force gives them one. Of what a Pod carries
 * each value holds that one of those policies says, so that nobody gets more by writing it than an admin has written; else
 * the one of the highest priority. Who created the Pod is not known any more, so that `users` keeps no policy out.
 */
export function grantedTerms(
  policies: readonly Policy[],
  { namespace, now, offer }: WorkspaceQuestion,
): WorkspaceTerms | undefined {
  const workspaces = policies
    .filter((policy) => isForPodsOf(namespace, policy) && now < (endOf(policy) ?? Infinity))
    .flatMap(({ document: { workspace } }) =>
      workspace !== undefined && isClaim(workspace) ? [workspace] : [],
    );
  if (workspaces.length === 0) return undefined;
  const termOf = <Key extends keyof WorkspaceTerms>(key: Key): WorkspaceTerms[Key] => {
    // TypeScript does not see that a member of a policy's workspace is one of the terms.
    const said = workspaces.map((one) => one[key] as WorkspaceTerms[Key] | undefined);
    const offered = offer[key];
    const isSaid = offered !== undefined && said.some((value) => (value ?? DEFAULTS[key]) === offered);
    return isSaid ? offered : (said.findLast((value) => value !== undefined) ?? DEFAULTS[key]);
  };
  return {
    size: termOf("size"),
    storageClass: termOf("storageClass"),
    accessMode: termOf("accessMode"),
    ttlAfterFinished: termOf("ttlAfterFinished"),
  };
}

/** Whether any policy gives Pods claims. */
export const givesClaims = (policies: readonly Policy[]): boolean =>
  policies.some(({ document: { workspace } }) => workspace !== undefined && isClaim(workspace));

const isClaim = ({ type }: { readonly type?: string | undefined }): boolean => (type ?? "claim") === "claim";
