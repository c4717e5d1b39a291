import { type Toleration } from "#test/woodpecker/step.ts";

/** The Pod as the backend writes it; a field that is not here is one it never sets. */
export interface Pod {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    namespace: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: PodSpec;
}

/** `spec` of a Pod. */
export interface PodSpec {
  restartPolicy: string;
  containers: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  nodeSelector?: Record<string, string>;
  tolerations?: Toleration[];
  affinity?: object;
  runtimeClassName?: string;
  serviceAccountName?: string;
  priorityClassName?: string;
  imagePullSecrets?: { name: string }[];
  hostAliases?: { ip: string; hostnames: string[] }[];
  hostname?: string;
  subdomain?: string;
  dnsConfig?: { nameservers?: string[]; searches?: string[] };
  hostUsers?: boolean;
  securityContext?: PodSecurityContext;
}

/** `spec.securityContext` of a Pod. */
export interface PodSecurityContext {
  runAsNonRoot?: boolean;
  runAsUser?: number;
  runAsGroup?: number;
  fsGroup?: number;
  fsGroupChangePolicy?: string;
  seccompProfile?: { type: string; localhostProfile?: string };
  appArmorProfile?: { type: string; localhostProfile?: string };
}

/** One container. */
export interface Container {
  name: string;
  image?: string;
  imagePullPolicy?: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  env?: EnvVar[];
  envFrom?: { secretRef: { name: string } }[];
  ports?: { containerPort: number; protocol?: string }[];
  resources: { requests?: Record<string, string>; limits?: Record<string, string> };
  volumeMounts?: VolumeMount[];
  securityContext?: {
    privileged?: boolean;
    allowPrivilegeEscalation?: boolean;
    capabilities?: { drop: string[] };
  };
}

/** One environment variable. */
export interface EnvVar {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}

/** A claim or a secret as a volume. */
export interface Volume {
  name: string;
  persistentVolumeClaim?: { claimName: string };
  secret?: { secretName: string };
}

/** Where a volume stands in a container. */
export interface VolumeMount {
  name: string;
  mountPath: string;
  subPath?: string;
  readOnly?: boolean;
}
