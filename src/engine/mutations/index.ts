import { affinity } from "./affinity.ts";
import { annotations } from "./annotations.ts";
import { dnsConfig } from "./dns-config.ts";
import { env } from "./env.ts";
import { hostAliases } from "./host-aliases.ts";
import { hostUsers } from "./host-users.ts";
import { imagePullSecrets } from "./image-pull-secrets.ts";
import { labels } from "./labels.ts";
import { nodeSelector } from "./node-selector.ts";
import { priorityClassName } from "./priority-class-name.ts";
import { resourceClass } from "./resource-class.ts";
import { resources } from "./resources.ts";
import { runtimeClassName } from "./runtime-class-name.ts";
import { secrets } from "./secrets.ts";
import { securityContext } from "./security-context.ts";
import { serviceAccountName } from "./service-account-name.ts";
import { tolerations } from "./tolerations.ts";
import { volumes } from "./volumes.ts";
import { workspaceVolume } from "./workspace-volume.ts";

/**
 * Every mutation, in the order in which they have their turn. The key is the option's and the section's name.
 * `serviceAccountName` goes before `volumes`: it takes volumes out, and places in a list must not move once they are noted.
 * `workspaceVolume` goes after whatever else mounts something, and before `securityContext`, which looks for the mount.
 */
export const mutations = {
  labels,
  annotations,
  nodeSelector,
  tolerations,
  affinity,
  imagePullSecrets,
  runtimeClassName,
  serviceAccountName,
  priorityClassName,
  hostAliases,
  dnsConfig,
  hostUsers,
  env,
  volumes,
  secrets,
  workspaceVolume,
  resourceClass,
  resources,
  securityContext,
} as const;
