import { buildContainer, isFile, minimalContainer } from "#test/woodpecker/container.ts";
import { initContainer } from "#test/woodpecker/init-container.ts";
import { buildMetadata, minimalMetadata, texts } from "#test/woodpecker/metadata.ts";
import { hostname, parseDnsName, parseVolume, registrySecretName } from "#test/woodpecker/names.ts";
import { omitEmpty } from "#test/woodpecker/omit-empty.ts";
import { type Pod, type PodSpec, type Volume } from "#test/woodpecker/pod.ts";
import { podSecurityContext } from "#test/woodpecker/security-context.ts";
import { type Agent, namespaceOf, readSettings } from "#test/woodpecker/settings.ts";
import {
  type Case,
  type Context,
  type Era,
  type Options,
  type Step,
  type Toleration,
} from "#test/woodpecker/step.ts";

/** The Pod that the backend of the era makes of a step, its agent's settings and the step's options. */
export const buildPod = (asked: Case): Pod => build(asked, readSettings(asked.era, asked.settings));

/** As `buildPod`, for an agent whose settings are read already: Woodpecker's own tests leave out its defaults. */
export function build(asked: Omit<Case, "settings">, agent: Agent): Pod {
  const { era, step, options } = asked;
  const namespace = namespaceOf(agent, step.org_id);
  const entries = mountedEntries(era, step, options);
  const container = buildContainer(asked, agent, entries);
  const security = podSecurityContext(asked, agent);
  return {
    metadata: buildMetadata(asked, agent, namespace),
    spec: omitEmpty<PodSpec>({
      ...unasked(asked, namespace),
      ...scheduling(asked, agent),
      runtimeClassName: options.runtimeClassName,
      serviceAccountName: agent.serviceAccountNameFromStep ? options.serviceAccountName : undefined,
      priorityClassName: agent.priorityClassName,
      imagePullSecrets: [...agent.pullSecrets.map((name) => ({ name })), ...registrySecrets(era, step)],
      hostUsers: era === "3.17" ? options.hostUsers : undefined,
      securityContext: security,
      initContainers: era === "3.17" ? initContainer(container, security, agent) : [],
      containers: [container],
      volumes: [...claims(era, entries), ...secretVolumes(era, options, agent)],
    }),
  };
}

/**
 * The Pod of a creator that knows the step, but no agent setting and no step option: what is left of the backend's when
 * all that those decide is taken away. Of the step's volumes only the workspace is there, as the others are asked for in
 * the annotation; the init container of 3.14 and later is not, as the option `runAsUser` and an image setting decide it.
 */
export function minimalPod(asked: Pick<Case, "era" | "step" | "context">, namespace: string): Pod {
  const { era, step, context } = asked;
  const workspace = workspaceEntries(step);
  return {
    metadata: minimalMetadata(era, step, context, namespace),
    spec: omitEmpty<PodSpec>({
      ...unasked(asked, namespace),
      imagePullSecrets: registrySecrets(era, step),
      containers: [minimalContainer(asked, workspace)],
      volumes: claims(era, workspace),
    }),
  };
}

/** The entry of the step's volumes that is its workspace: the first one mounted at the workspace's base. */
export function workspaceEntries({ volumes = [], workspace_base: base }: Step): string[] {
  const workspace = volumes.find((entry) => entry.split(":")[1] === base);
  return workspace === undefined ? [] : [workspace];
}

const unasked = ({ era, step, context }: Pick<Case, "era" | "step" | "context">, namespace: string) => ({
  restartPolicy: "Never",
  hostAliases: step.extra_hosts?.map(({ name, ip }) => ({ ip, hostnames: [name] })),
  ...(era === "3.17" && { hostname: hostname(step.name), subdomain: `wp-hsvc-${context.taskUUID}` }),
  dnsConfig: era === "2.8" ? undefined : dnsConfig(era, step, context, namespace),
});

function dnsConfig(era: Era, step: Step, context: Context, namespace: string): PodSpec["dnsConfig"] {
  const own = omitEmpty<NonNullable<PodSpec["dnsConfig"]>>({
    nameservers: step.dns && [...step.dns],
    searches: step.dns_search && [...step.dns_search],
  });
  if (era !== "3.17" || Object.keys(own).length > 0) return own;
  return { searches: [`wp-hsvc-${context.taskUUID}.${namespace}.svc.cluster.local`] };
}

const scheduling = ({ era, step, options, context }: Omit<Case, "settings">, agent: Agent) => ({
  nodeSelector: {
    ...architecture(context.platform ?? step.environment?.["CI_SYSTEM_PLATFORM"]),
    ...agent.nodeSelector,
    ...(agent.nodeSelectorFromStep && texts(options.nodeSelector)),
  },
  tolerations: tolerations(options, agent),
  affinity: era === "3.17" ? affinity(options, agent) : undefined,
});

function architecture(platform = ""): Record<string, string> {
  const [, arch] = platform.split("/");
  return arch === undefined ? {} : { "kubernetes.io/arch": arch };
}

function tolerations({ tolerations: asked = [] }: Options, agent: Agent): Toleration[] {
  const list = agent.tolerationsFromStep && asked.length > 0 ? asked : agent.tolerations;
  return list.map((toleration) => omitEmpty<Toleration>({ ...toleration }));
}

const affinity = (options: Options, agent: Agent): object | undefined =>
  agent.affinityFromStep && options.affinity !== undefined ? options.affinity : agent.affinity;

function registrySecrets(era: Era, step: Step): { name: string }[] {
  const { username = "", password = "" } = step.auth_config ?? {};
  if (era === "2.8" || username === "" || password === "") return [];
  return [{ name: registrySecretName(era, step) }];
}

function mountedEntries(
  era: Era,
  { type, volumes = [], workspace_base: base }: Step,
  options: Options,
): string[] {
  const without = era === "3.17" && type === "service" && options.workspaceVolume === false;
  return volumes.filter((entry) => !without || parseVolume(era, entry).mountPath !== base);
}

const claims = (era: Era, entries: readonly string[]): Volume[] =>
  entries.map((entry) => {
    const { name } = parseVolume(era, entry);
    return { name, persistentVolumeClaim: { claimName: name } };
  });

const secretVolumes = (era: Era, { secrets = [] }: Options, agent: Agent): Volume[] =>
  (agent.secretsFromStep ? secrets : [])
    .filter(isFile)
    .map(({ name }) => ({ name: parseDnsName(era, name), secret: { secretName: name } }));
