import { type Names } from "./cluster-view.ts";
import { type Permission } from "./permission.ts";
import { WORKSPACE_LEASE } from "../workspace-lease.ts";

const EVERYWHERE: Readonly<Record<string, readonly string[]>> = {
  pods: ["list", "watch"],
  persistentvolumeclaims: ["get", "list", "watch", "create", "delete"],
  events: ["list"],
};

/** Everything that a replica needs to be allowed to make and remove the claims of workflows. */
export function workspaceRights({ namespace }: Pick<Names, "namespace">): readonly Permission[] {
  const everywhere = Object.entries(EVERYWHERE).flatMap(([resource, verbs]) =>
    verbs.map((verb): Permission => ({ verb, resource, namespace: "*" })),
  );
  const leases = { resource: "leases.coordination.k8s.io", namespace };
  const named = ["get", "update"].map((verb) => ({ verb, ...leases, name: WORKSPACE_LEASE }));
  return [...everywhere, { verb: "create", ...leases }, ...named];
}
