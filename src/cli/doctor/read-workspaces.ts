import { z } from "zod";

import { type Cluster } from "../../adapters/cluster/cluster.ts";
import { resources } from "../../adapters/cluster/resources.ts";
import { givesClaims } from "../../workspace/granted-terms.ts";
import { WORKSPACE_LEASE } from "../workspace-lease.ts";
import { get, read } from "./ask.ts";
import { clusterPolicies } from "./cluster-policies.ts";
import { Lease } from "./cluster-objects.ts";
import { type ClusterState, type Workspaces } from "./cluster-view.ts";
import { type Permission } from "./permission.ts";
import { isUnread, type Reading } from "./reading.ts";
import { workspaceRights } from "./workspace-rights.ts";

const SubjectAccessReview = z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) });

/** Reads what the claims of workflows need; absent where no policy gives Pods such, or no replicas are there to make them. */
export async function readWorkspaces(cluster: Cluster, state: ClusterState): Promise<Reading<Workspaces>> {
  const { deployment, names } = state;
  // What is only audited gives nothing.
  const { policies } = clusterPolicies(state).set;
  if (!givesClaims(policies) || deployment.state === "absent") return { state: "absent" };
  // Whose rights count is not known.
  if (isUnread(deployment)) return deployment;
  const { namespace } = names;
  const { serviceAccountName = "default" } = deployment.value.spec.template.spec;
  const account = `system:serviceaccount:${namespace}:${serviceAccountName}`;
  const rightOf = async (permission: Permission): Promise<Workspaces["rights"][number]> => [
    permission,
    await mayDo(cluster, { account, namespace }, permission),
  ];
  const [rights, lease] = await Promise.all([
    Promise.all(workspaceRights(names).map(rightOf)),
    get(cluster, resources.leases, { shape: Lease, namespace, name: WORKSPACE_LEASE }),
  ]);
  return { state: "read", value: { account, rights, lease } };
}

/** https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/subject-access-review-v1/ */
async function mayDo(
  cluster: Cluster,
  { account, namespace }: { readonly account: string; readonly namespace: string },
  permission: Permission,
): Promise<Reading<boolean>> {
  const [resource = "", ...group] = permission.resource.split(".");
  const { verb, name } = permission;
  const api = "authorization.k8s.io";
  const reading = await read(cluster, {
    path: `/apis/${api}/v1/subjectaccessreviews`,
    shape: SubjectAccessReview,
    permission: { verb: "create", resource: `subjectaccessreviews.${api}` },
    body: {
      apiVersion: `${api}/v1`,
      kind: "SubjectAccessReview",
      spec: {
        user: account,
        groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
        resourceAttributes: {
          verb,
          group: group.join("."),
          resource,
          // Empty: all of them.
          namespace: permission.namespace === "*" ? "" : permission.namespace,
          ...(name === undefined ? {} : { name }),
        },
      },
    },
  });
  return reading.state === "read" ? { state: "read", value: reading.value.status.allowed } : reading;
}
