import { z } from "zod";
import { isMap } from "../text/is-map.ts";

// Only fields that Podpecker reads or writes are named; all others pass through. No default, transform or strip
// may stand here: what zod added would appear in the patch.

const StringMap = z.record(z.string(), z.string());

/** A variable of a container. */
export interface EnvVar {
  readonly name: string;
  readonly value?: string | undefined;
  readonly valueFrom?: Readonly<Record<string, unknown>> | undefined;
}

// Every step has dozens of them: checked in place, where a schema would make a copy of each.
const EnvVar = z.custom<EnvVar>(
  (value) =>
    isMap(value) &&
    typeof value["name"] === "string" &&
    (value["value"] === undefined || typeof value["value"] === "string") &&
    (value["valueFrom"] === undefined || isMap(value["valueFrom"])),
  { error: "is not a variable with a name, and a value or valueFrom" },
);

const VolumeMount = z.looseObject({
  name: z.string(),
  mountPath: z.string(),
  readOnly: z.boolean().optional(),
  subPath: z.string().optional(),
});
export type VolumeMount = z.infer<typeof VolumeMount>;

const Volume = z.looseObject({
  name: z.string(),
  persistentVolumeClaim: z.looseObject({ claimName: z.string() }).optional(),
  secret: z.looseObject({ secretName: z.string().optional() }).optional(),
});
export type Volume = z.infer<typeof Volume>;

const Toleration = z.looseObject({
  key: z.string().optional(),
  operator: z.string().optional(),
  value: z.string().optional(),
  effect: z.string().optional(),
  tolerationSeconds: z.number().optional(),
});
export type Toleration = z.infer<typeof Toleration>;

const Resources = z.looseObject({
  // The API server always sends strings; manifests for the command line may hold numbers.
  requests: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  limits: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

const Profile = z.looseObject({ type: z.string(), localhostProfile: z.string().optional() });

const ContainerSecurityContext = z.looseObject({
  privileged: z.boolean().optional(),
  allowPrivilegeEscalation: z.boolean().optional(),
  capabilities: z
    .looseObject({ add: z.array(z.string()).optional(), drop: z.array(z.string()).optional() })
    .optional(),
  runAsUser: z.number().optional(),
  runAsGroup: z.number().optional(),
  runAsNonRoot: z.boolean().optional(),
  seccompProfile: Profile.optional(),
  appArmorProfile: Profile.optional(),
});

const Container = z.looseObject({
  name: z.string(),
  image: z.string().optional(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  env: z.array(EnvVar).optional(),
  envFrom: z.array(z.looseObject({})).optional(),
  resources: Resources.optional(),
  volumeMounts: z.array(VolumeMount).optional(),
  securityContext: ContainerSecurityContext.optional(),
});
export type Container = z.infer<typeof Container>;

const PodSecurityContext = z.looseObject({
  runAsUser: z.number().optional(),
  runAsGroup: z.number().optional(),
  runAsNonRoot: z.boolean().optional(),
  fsGroup: z.number().optional(),
  fsGroupChangePolicy: z.string().optional(),
  seccompProfile: Profile.optional(),
  appArmorProfile: Profile.optional(),
});

const Metadata = z.looseObject({
  name: z.string().optional(),
  generateName: z.string().optional(),
  namespace: z.string().optional(),
  labels: StringMap.optional(),
  annotations: StringMap.optional(),
});

const Spec = z.looseObject({
  containers: z.array(Container).min(1),
  initContainers: z.array(Container).optional(),
  ephemeralContainers: z.array(Container).optional(),
  nodeSelector: StringMap.optional(),
  tolerations: z.array(Toleration).optional(),
  affinity: z.looseObject({}).optional(),
  imagePullSecrets: z.array(z.looseObject({ name: z.string().optional() })).optional(),
  runtimeClassName: z.string().optional(),
  overhead: z.looseObject({}).optional(),
  resources: Resources.optional(),
  serviceAccountName: z.string().optional(),
  serviceAccount: z.string().optional(),
  priorityClassName: z.string().optional(),
  priority: z.number().optional(),
  preemptionPolicy: z.string().optional(),
  hostAliases: z
    .array(z.looseObject({ ip: z.string(), hostnames: z.array(z.string()).optional() }))
    .optional(),
  dnsConfig: z
    .looseObject({
      nameservers: z.array(z.string()).optional(),
      searches: z.array(z.string()).optional(),
      options: z.array(z.looseObject({ name: z.string().optional() })).optional(),
    })
    .optional(),
  os: z.looseObject({ name: z.string().optional() }).optional(),
  hostUsers: z.boolean().optional(),
  hostNetwork: z.boolean().optional(),
  hostPID: z.boolean().optional(),
  hostIPC: z.boolean().optional(),
  securityContext: PodSecurityContext.optional(),
  volumes: z.array(Volume).optional(),
});

/** A Pod, or a Pod template, as far as Podpecker reads and writes it. */
export const Pod = z.looseObject({ metadata: Metadata.optional(), spec: Spec });
export type Pod = z.infer<typeof Pod>;
