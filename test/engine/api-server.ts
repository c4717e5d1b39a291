import { formatQuantity, parseQuantity } from "#src/kubernetes/quantity.ts";
import { type Container, type Pod } from "#src/kubernetes/pod.ts";
import { sizeOf } from "#test/engine/arbitrary.ts";

/** What the API server makes of a Pod between two runs of its webhooks. */
export function defaulted(given: Pod): Pod {
  const after = structuredClone(given);
  for (const volume of after.spec.volumes ?? []) {
    const source = volume["configMap"] ?? volume.secret;
    if (source !== undefined) Object.assign(source, { defaultMode: 420 });
  }
  for (const container of [...after.spec.containers, ...(after.spec.initContainers ?? [])])
    defaultContainer(container);
  after.spec.serviceAccountName ??= "default";
  after.spec["dnsPolicy"] ??= "ClusterFirst";
  return after;
}

function defaultContainer(container: Container): void {
  const { requests = {}, limits = {} } = container.resources ?? {};
  container.resources = {
    ...container.resources,
    ...(Object.keys(limits).length === 0 ? {} : { limits: canonical(limits) }),
    requests: canonical({ ...limits, ...requests }),
  };
  container["imagePullPolicy"] ??= "Always";
  for (const variable of container.env ?? []) {
    if (variable.value === "") Reflect.deleteProperty(variable, "value");
    const reference = variable.valueFrom?.["fieldRef"] as Record<string, unknown> | undefined;
    if (reference !== undefined) reference["apiVersion"] ??= "v1";
  }
}

function canonical(amounts: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(amounts).map(([resource, value]) => {
      const quantity = parseQuantity(String(value));
      return [resource, quantity === undefined ? String(value) : formatQuantity(quantity)];
    }),
  );
}

/** What the API server's validation would say. */
export function violationsOf({ metadata, spec }: Pod): string[] {
  const found: string[] = [];
  const twice = (list: readonly unknown[]): boolean => new Set(list).size < list.length;
  if (twice((spec.volumes ?? []).map(({ name }) => name))) found.push("two volumes of one name");
  for (const { name } of spec.volumes ?? [])
    if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) found.push(`volume name ${name}`);
  for (const { effect, tolerationSeconds, operator, key } of spec.tolerations ?? []) {
    if (tolerationSeconds !== undefined && effect !== "NoExecute") found.push("tolerationSeconds");
    if ((key ?? "") === "" && operator !== "Exists") found.push("toleration without a key");
  }
  if (spec.hostUsers === false && spec.hostNetwork === true)
    found.push("user namespace in the node's network");
  if ((spec.dnsConfig?.nameservers ?? []).length > 3) found.push("nameservers");
  for (const one of Object.values(metadata?.labels ?? {})) if (one.length > 63) found.push("label");
  for (const container of [
    ...spec.containers,
    ...(spec.initContainers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ])
    found.push(...containerViolations(container, spec).map((one) => `${container.name}: ${one}`));
  return found;
}

function containerViolations(
  { volumeMounts = [], resources, securityContext: own }: Container,
  spec: Pod["spec"],
): string[] {
  const found: string[] = [];
  const paths = volumeMounts.map(({ mountPath }) => mountPath);
  if (new Set(paths).size < paths.length) found.push("two mounts at one path");
  for (const { name } of volumeMounts)
    if (spec.volumes?.some((volume) => volume.name === name) !== true) found.push(`no volume ${name}`);
  for (const [resource, request] of Object.entries(resources?.requests ?? {})) {
    const limit = resources?.limits?.[resource];
    if (limit !== undefined && sizeOf(String(request)) > sizeOf(String(limit)))
      found.push(`request of ${resource}`);
    if (
      resource === "example.com/gpu" &&
      (limit === undefined || sizeOf(String(request)) !== sizeOf(String(limit)))
    )
      found.push("gpu");
  }
  if (own?.allowPrivilegeEscalation === false && escalates({ securityContext: own }))
    found.push("privileged without escalation");
  return found;
}

/** Whether a container escalates by nature, so that forbidding it is refused. */
export function escalates(container: Pick<Container, "securityContext"> | undefined): boolean {
  const own = container?.securityContext;
  return own?.privileged === true || own?.capabilities?.add?.includes("SYS_ADMIN") === true;
}

/** An object as the API server writes it: without members that are empty text. */
export function withoutEmptyText(value: unknown): unknown {
  const members = Object.entries(value as Readonly<Record<string, unknown>>);
  return Object.fromEntries(members.filter(([, member]) => member !== ""));
}
