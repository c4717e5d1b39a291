import { z } from "zod";

import { harmless } from "../../text/quote.ts";
import type { ApiReply, Cluster } from "./cluster.ts";
import { ClusterError } from "./cluster-error.ts";
import { quoteWhole } from "./quote-whole.ts";
import type { Resource, Whereabouts } from "./resources.ts";

/** What was tried, in the words of a role. */
export interface Action extends Whereabouts {
  readonly verb: "get" | "list" | "watch" | "create" | "update" | "patch" | "delete";
  readonly resource: Resource;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
export const Status = z.looseObject({
  kind: z.literal("Status"),
  code: z.number().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
});
export type Status = z.infer<typeof Status>;

/** The error for what the API server answers with a status other than success. */
export function refusal(
  { origin }: Pick<Cluster, "origin">,
  action: Action,
  { status, body }: Pick<ApiReply, "status" | "body">,
): ClusterError {
  const said = Status.safeParse(body).data?.message;
  const answer = `${status}${said === undefined ? "" : `: ${harmless(said)}`}`;
  const remedy = remedyFor(action, status, said);
  return new ClusterError(
    `${origin}: cannot ${describe(action)} (${answer})${remedy === undefined ? "" : `; ${remedy}`}`,
  );
}

function describe({ verb, resource: { plural }, namespace, name }: Action): string {
  const object = name === undefined ? plural : `${plural} ${quoteWhole(name)}`;
  return `${verb} ${object}${namespace === undefined ? "" : ` in namespace ${quoteWhole(namespace)}`}`;
}

function remedyFor(action: Action, status: number, said: string | undefined): string | undefined {
  if (status === 401) return "these credentials are not valid, or not any more: renew them";
  // Admission forbids, too, with other words; and a refused watch says nothing.
  const isMissingRole = said === undefined || said.includes(`cannot ${action.verb} resource`);
  return status === 403 && isMissingRole ? grantFor(action) : undefined;
}

function grantFor({ verb, resource: { group, plural }, namespace }: Action): string {
  const role = namespace === undefined ? "a ClusterRole" : `a Role in namespace ${quoteWhole(namespace)}`;
  return `this account needs ${role} with the verb "${verb}" on "${plural}" of apiGroup "${group}"`;
}
