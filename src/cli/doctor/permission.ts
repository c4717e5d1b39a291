/** What somebody needs to be allowed, as RBAC has it. */
export interface Permission {
  readonly verb: string;
  readonly resource: string;
  /** A namespace, `*` for all of them, nothing for what is in none. */
  readonly namespace?: string;
  /** The one object, where it is about no other. */
  readonly name?: string;
}

/** The permission in words: `list configmaps in all namespaces`. */
export function describePermission({ verb, resource, namespace }: Permission): string {
  if (namespace === undefined) return `${verb} ${resource}`;
  return `${verb} ${resource} in ${namespace === "*" ? "all namespaces" : `namespace "${namespace}"`}`;
}

/** The command that says whether one has it. */
export function canI({ verb, resource, namespace }: Permission): string {
  const scope = namespace === "*" ? " --all-namespaces" : ` --namespace ${namespace ?? ""}`;
  return `kubectl auth can-i ${verb} ${resource}${namespace === undefined ? "" : scope}`;
}
