/** The releases that are modelled; "3.0" is the development state of 2024-12-14, which only the vectors speak of. */
export type Era = "2.8" | "3.0" | "3.17";

/** A step as the agent hands it to its backend (woodpecker.md section 1). */
export interface Step {
  readonly name: string;
  readonly org_id?: number;
  readonly uuid: string;
  readonly type?: "clone" | "service" | "plugin" | "commands" | "cache";
  readonly image?: string;
  readonly pull?: boolean;
  readonly privileged?: boolean;
  readonly working_dir?: string;
  readonly workspace_base?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secret_mapping?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly commands?: readonly string[];
  readonly extra_hosts?: readonly { readonly name: string; readonly ip: string }[];
  readonly volumes?: readonly string[];
  readonly dns?: readonly string[];
  readonly dns_search?: readonly string[];
  readonly auth_config?: { readonly username?: string; readonly password?: string };
  readonly ports?: readonly { readonly number: number; readonly protocol?: string }[];
  readonly workflow_labels?: Readonly<Record<string, string>>;
}

/** What only the running agent knows. */
export interface Context {
  readonly taskUUID: string;
  /** The agent's own platform, `GOOS/GOARCH`; it becomes the step's CI_SYSTEM_PLATFORM. */
  readonly platform?: string;
  /** The value of CI_SCRIPT: no policy ever reads it, so the model does not make it. */
  readonly script?: string;
  /** Stands for the name that the era makes of the step; only Woodpecker's own tests differ. */
  readonly podName?: string;
}

/** A toleration as steps and agents write it. */
export interface Toleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

/** A seccomp or AppArmor profile. */
export interface Profile {
  readonly type: string;
  readonly localhostProfile?: string;
}

/** One entry of the option `secrets`. */
export interface SecretReference {
  readonly name: string;
  readonly key?: string;
  readonly target?: { readonly env?: string; readonly file?: string };
}

/** The option `securityContext`. */
export interface SecurityContextOption {
  readonly privileged?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly fsGroup?: number;
  readonly fsGroupChangePolicy?: string;
  readonly seccompProfile?: Profile;
  readonly apparmorProfile?: Profile;
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[] };
}

/** A value that 3.x takes for a string: a number is spelled out, `true` becomes "1". */
export type Scalar = string | number | boolean;

/** The well-formed content of `backend_options.kubernetes` (woodpecker.md section 4). */
export interface Options {
  readonly resources?: {
    readonly requests?: Readonly<Record<string, Scalar>>;
    readonly limits?: Readonly<Record<string, Scalar>>;
  };
  readonly runtimeClassName?: string;
  readonly serviceAccountName?: string;
  readonly nodeSelector?: Readonly<Record<string, Scalar>>;
  readonly tolerations?: readonly Toleration[];
  readonly affinity?: object;
  readonly labels?: Readonly<Record<string, Scalar>>;
  readonly annotations?: Readonly<Record<string, Scalar>>;
  readonly securityContext?: SecurityContextOption;
  readonly secrets?: readonly SecretReference[];
  readonly workspaceVolume?: boolean;
  readonly hostUsers?: boolean;
}

/** `WOODPECKER_BACKEND_K8S_*` keys with the texts that stand in an agent's ConfigMap. */
export type Settings = Readonly<Record<string, string>>;

/** One step Pod to be made: who asks, for what, of which agent. */
export interface Case {
  readonly era: Era;
  readonly step: Step;
  readonly settings: Settings;
  readonly options: Options;
  readonly context: Context;
}
