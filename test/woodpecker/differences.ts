import { isDeepStrictEqual } from "node:util";

import { type FindingCode } from "#src/engine/finding.ts";
import { minimalPod, workspaceEntries } from "#test/woodpecker/backend.ts";
import { parseVolume } from "#test/woodpecker/names.ts";
import { omitEmpty } from "#test/woodpecker/omit-empty.ts";
import {
  type Container,
  type Pod,
  type PodSecurityContext,
  type PodSpec,
  type Volume,
} from "#test/woodpecker/pod.ts";
import { mayBeRoot } from "#test/woodpecker/security-context.ts";
import { type Agent, readSettings } from "#test/woodpecker/settings.ts";
import { type Case, type Scalar, type Toleration } from "#test/woodpecker/step.ts";

/** A case where Podpecker and the backend disagree, and design.md wants it so. */
export interface Difference {
  readonly about: string;
  readonly reason: string;
  /** The words of design.md that want it. */
  readonly design: string;
  /** The finding that tells of it. */
  readonly finding: FindingCode;
  /** The Pod is denied: there is nothing to compare. */
  readonly denies?: true;
  /** Whether it shows in this case. `pod` is the backend's, with the differences above already taken in. */
  readonly applies: (asked: Case, pod: Pod) => boolean;
  /** The backend's Pod as Podpecker makes it. */
  readonly expected: (pod: Pod, asked: Case) => Pod;
  /** Podpecker's Pod, where what it chose itself cannot be foretold. */
  readonly compared?: (pod: Pod) => Pod;
}

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const RESERVED = /^([^/]+\.)?(podpecker\.dev|woodpecker-ci\.org|kubernetes\.io|k8s\.io)\//;

const unchanged = (pod: Pod): Pod => pod;

/** Every difference, in the order in which they are taken in. */
export const differences: readonly Difference[] = [
  {
    about: "a claim that is named like none",
    reason:
      "The backend makes a name of it; that the step then waits for another claim is not said anywhere.",
    design: "Any other asking that validation would refuse is malformed",
    finding: "malformed-value",
    denies: true,
    applies: (asked) => claimsAsked(asked).some(([claim = ""]) => !SUBDOMAIN.test(claim)),
    expected: unchanged,
  },
  {
    about: "privileged mode without escalation",
    reason: "The API server refuses a container with both.",
    design: "Any other asking that validation would refuse is malformed",
    finding: "malformed-value",
    denies: true,
    applies: ({ options: { securityContext: asked = {} } }) =>
      asked.privileged === true && asked.allowPrivilegeEscalation === false,
    expected: unchanged,
  },
  {
    about: "escalation forbidden in a step that is privileged without asking",
    reason: "The API server refuses a container with both.",
    design: "A result never breaks API validation that the input did not",
    finding: "privileged-container",
    applies: (_, pod) => {
      const { privileged, allowPrivilegeEscalation } = stepContext(pod);
      return privileged === true && allowPrivilegeEscalation === false;
    },
    expected: (pod) =>
      withStep(pod, (container) => ({
        ...container,
        securityContext: omitEmpty<NonNullable<Container["securityContext"]>>({
          ...container.securityContext,
          allowPrivilegeEscalation: undefined,
        }),
      })),
  },
  {
    about: "the init container that makes the working directory",
    reason: "Podpecker adds no containers; what prepares the creator's volume is the creator's.",
    design: "by their exact derived names the agent's own secrets … and its init container",
    finding: "working-dir-not-made",
    applies: (_, pod) => pod.spec.initContainers !== undefined,
    expected: (pod) => ({ ...pod, spec: omitEmpty<PodSpec>({ ...pod.spec, initContainers: undefined }) }),
  },
  {
    about: "a service without its workspace",
    reason:
      "The creator has mounted the workspace before anybody read the option; Podpecker takes no mount away.",
    design: "unless something is mounted there already, or the step says `workspaceVolume: false`",
    finding: "workspace-kept",
    applies: (asked, pod) => workspacesGone(asked, pod),
    expected: withWorkspace,
  },
  {
    about: "volumes whose names are none, or that two sources share",
    reason: "The API server takes DNS labels only, and each but once.",
    design: "A result never breaks API validation that the input did not: … no duplicate volume names",
    finding: "volume-renamed",
    applies: (_, { spec: { volumes = [] } }) => volumes.some((volume) => !isFreeLabel(volume, volumes)),
    expected: (pod) => namedBySource(pod, (_, at) => pod.spec.volumes?.[at]),
    compared: (pod) => namedBySource(pod, (name) => pod.spec.volumes?.find((volume) => volume.name === name)),
  },
  {
    about: "one volume for all mounts of a claim or secret",
    reason: "The API server refuses the second volume of a name.",
    design: "joined without duplicates, in a stable order, and never replaced",
    finding: "volume-shared",
    applies: (_, { spec: { volumes = [] } }) => distinct(volumes).length < volumes.length,
    expected: (pod) => ({ ...pod, spec: { ...pod.spec, volumes: distinct(pod.spec.volumes ?? []) } }),
  },
  {
    about: "a claim mounted read-only",
    reason: "The backend ignores the mode.",
    design: "`volumes` (`claim:/mount/path[:ro]`)",
    finding: "mounted-read-only",
    applies: (asked) => claimsAsked(asked).some(([, , mode]) => mode === "ro"),
    expected: (pod, asked) => {
      const readOnly = new Set(claimsAsked(asked).flatMap(([, path, mode]) => (mode === "ro" ? [path] : [])));
      return withStep(pod, (container) => ({
        ...container,
        volumeMounts: (container.volumeMounts ?? []).map((mount) =>
          readOnly.has(mount.mountPath) ? { ...mount, readOnly: true } : mount,
        ),
      }));
    },
  },
  {
    about: "the agent's tolerations beside a step's",
    reason: "The backend replaces them, although its documentation calls them additional.",
    design: "a `default` list joins too, where the backend lets a step's tolerations replace the agent's",
    finding: "default-tolerations-joined",
    applies: (asked, pod) => joined(asked, pod).length > (pod.spec.tolerations ?? []).length,
    expected: (pod, asked) => ({ ...pod, spec: { ...pod.spec, tolerations: joined(asked, pod) } }),
  },
  {
    about: "tolerationSeconds with another effect than NoExecute",
    reason: "Every API server refuses it, the documentation's own example first.",
    design: "it is mended (the seconds are left out) with a finding",
    finding: "toleration-seconds-dropped",
    applies: (_, { spec: { tolerations = [] } }) => tolerations.some((one) => mended(one) !== one),
    expected: (pod) => ({
      ...pod,
      spec: { ...pod.spec, tolerations: (pod.spec.tolerations ?? []).map(mended) },
    }),
  },
  {
    about: "the same toleration twice",
    reason: "The second says nothing.",
    design: "Lists (tolerations, pull secrets, volumes, env) are joined without duplicates",
    finding: "duplicate-left-out",
    applies: (_, { spec: { tolerations = [] } }) => distinct(tolerations).length < tolerations.length,
    expected: (pod) => ({ ...pod, spec: { ...pod.spec, tolerations: distinct(pod.spec.tolerations ?? []) } }),
  },
  {
    about: "the same pull secret twice",
    reason: "The second says nothing.",
    design: "Lists (tolerations, pull secrets, volumes, env) are joined without duplicates",
    finding: "duplicate-left-out",
    applies: (_, { spec: { imagePullSecrets = [] } }) =>
      distinct(imagePullSecrets).length < imagePullSecrets.length,
    expected: (pod) => ({
      ...pod,
      spec: { ...pod.spec, imagePullSecrets: distinct(pod.spec.imagePullSecrets ?? []) },
    }),
  },
  {
    about: "a boolean as the value of a label, annotation or node selector",
    reason: "The backend's decoder makes digits of booleans.",
    design: '`true` becomes `"true"`, never `"1"`',
    finding: "boolean-as-text",
    applies: (asked, pod) => !isDeepStrictEqual(withBooleans(pod, asked), pod),
    expected: withBooleans,
  },
  {
    about: "an agent's label that the backend writes itself",
    reason: "The backend's own labels come last; a policy's come after all that the Pod says.",
    design: "`set` › what the step asked and was granted › what the Pod already says",
    finding: "pod-overruled",
    applies: (asked, pod) => !isDeepStrictEqual(withAgentLabels(pod, asked), pod),
    expected: withAgentLabels,
  },
  {
    about: "labels and annotations that belong to the platform",
    reason: "With its gate open the backend lets a step overwrite what the server says about it.",
    design: "Never from a step, whatever `fromStep` says",
    finding: "reserved-key",
    applies: (asked, pod) => !isDeepStrictEqual(withoutReserved(pod, asked), pod),
    expected: withoutReserved,
  },
  {
    about: "group 0 of the files, asked by a step that may not be root",
    reason: "Since 3.0 the backend sets it whoever asks; it is as much root as the two other ids.",
    design: "`root` is open by default (it is no more than an image's own default)",
    finding: "root-refused",
    applies: ({ era, step, options }, pod) =>
      pod.spec.securityContext?.fsGroup === 0 && !mayBeRoot(era, step, options),
    expected: (pod, asked) => withSecurity(pod, { fsGroup: agentOf(asked).fsGroup }),
  },
  {
    about: "user 0 in a Pod that must not run as root",
    reason: "The kubelet would never start it.",
    design: "never against `runAsNonRoot`",
    finding: "root-refused",
    applies: (_, { spec: { securityContext: security = {} } }) =>
      security.runAsUser === 0 && security.runAsNonRoot === true,
    expected: (pod) => withSecurity(pod, { runAsUser: undefined }),
  },
];

const agentOf = ({ era, settings }: Case): Agent => readSettings(era, settings);

function claimsAsked({ step }: Case): string[][] {
  const workspace = workspaceEntries(step);
  return (step.volumes ?? []).filter((entry) => !workspace.includes(entry)).map((entry) => entry.split(":"));
}

const stepContext = (pod: Pod): NonNullable<Container["securityContext"]> =>
  pod.spec.containers[0]?.securityContext ?? {};

const withStep = (pod: Pod, edit: (container: Container) => Container): Pod => ({
  ...pod,
  spec: { ...pod.spec, containers: pod.spec.containers.map(edit) },
});

function withSecurity(pod: Pod, changed: Partial<Record<"fsGroup" | "runAsUser", number | undefined>>): Pod {
  const securityContext = omitEmpty<PodSecurityContext>({ ...pod.spec.securityContext, ...changed });
  return { ...pod, spec: { ...pod.spec, securityContext } };
}

function workspacesGone(asked: Case, pod: Pod): boolean {
  const [entry] = workspaceEntries(asked.step);
  if (entry === undefined) return false;
  const { name } = parseVolume(asked.era, entry);
  return !(pod.spec.volumes ?? []).some((volume) => volume.name === name);
}

function withWorkspace(pod: Pod, asked: Case): Pod {
  const minimal = minimalPod(asked, pod.metadata.namespace);
  const mounts = minimal.spec.containers[0]?.volumeMounts ?? [];
  const mounted = withStep(pod, (container) => ({
    ...container,
    volumeMounts: [...mounts, ...(container.volumeMounts ?? [])],
  }));
  return {
    ...mounted,
    spec: { ...mounted.spec, volumes: [...(minimal.spec.volumes ?? []), ...(pod.spec.volumes ?? [])] },
  };
}

const isFreeLabel = (volume: Volume, all: readonly Volume[]): boolean =>
  LABEL.test(volume.name) &&
  all.every((other) => other.name !== volume.name || isDeepStrictEqual(other, volume));

/** The Pod with volumes named for what they hold; `volumeOf` finds the volume of a mount. */
function namedBySource(pod: Pod, volumeOf: (name: string, at: number) => Volume | undefined): Pod {
  const named = withStep(pod, (container) => ({
    ...container,
    volumeMounts: (container.volumeMounts ?? []).map((mount, at) => ({
      ...mount,
      name: sourceName(volumeOf(mount.name, at)),
    })),
  }));
  const volumes = (pod.spec.volumes ?? []).map((volume) => ({ ...volume, name: sourceName(volume) }));
  return { ...named, spec: { ...named.spec, volumes } };
}

const sourceName = (volume: Volume | undefined): string =>
  volume?.secret === undefined
    ? `claim ${volume?.persistentVolumeClaim?.claimName ?? ""}`
    : `secret ${volume.secret.secretName}`;

function joined(asked: Case, pod: Pod): Toleration[] {
  const own = pod.spec.tolerations ?? [];
  return distinctFrom(own, agentOf(asked).tolerations);
}

const distinctFrom = <T>(list: readonly T[], more: readonly T[]): T[] => [
  ...list,
  ...more.filter((item) => !list.some((other) => isDeepStrictEqual(item, other))),
];

function distinct<T>(list: readonly T[]): T[] {
  return list.filter((item, at) => list.findIndex((other) => isDeepStrictEqual(item, other)) === at);
}

function mended(toleration: Toleration): Toleration {
  const { tolerationSeconds, ...rest } = toleration;
  return tolerationSeconds === undefined || toleration.effect === "NoExecute" ? toleration : rest;
}

type Metadata = "labels" | "annotations";

function withBooleans(pod: Pod, asked: Case): Pod {
  const edited = withMetadata(pod, asked, (value, { said }) =>
    typeof said === "boolean" ? String(said) : value,
  );
  const selector = Object.entries(pod.spec.nodeSelector ?? {}).map(([key, value]) => {
    const said = agentOf(asked).nodeSelectorFromStep ? asked.options.nodeSelector?.[key] : undefined;
    return [key, typeof said === "boolean" ? String(said) : value];
  });
  return {
    ...edited,
    spec: omitEmpty<PodSpec>({
      ...pod.spec,
      nodeSelector: Object.fromEntries(selector) as Record<string, string>,
    }),
  };
}

function withAgentLabels(pod: Pod, asked: Case): Pod {
  const labels = { ...pod.metadata.labels, ...agentOf(asked).labels };
  return { ...pod, metadata: { ...pod.metadata, labels } };
}

function withoutReserved(pod: Pod, asked: Case): Pod {
  return withMetadata(pod, asked, (value, { kind, key, minimal }) =>
    isReserved(kind, key) ? minimal[key] : value,
  );
}

function isReserved(kind: Metadata, key: string): boolean {
  if (kind === "labels" && ["step", "service"].includes(key)) return true;
  return RESERVED.test(key) && !key.startsWith("app.kubernetes.io/");
}

interface Said {
  readonly kind: Metadata;
  readonly key: string;
  readonly said: Scalar;
  readonly minimal: Readonly<Record<string, string>>;
}

/** Edits what a step said of labels and annotations, where neither agent nor backend said otherwise. */
function withMetadata(pod: Pod, asked: Case, edit: (value: string, about: Said) => string | undefined): Pod {
  const agent = agentOf(asked);
  const minimal = minimalPod(asked, pod.metadata.namespace).metadata;
  const edited = (kind: Metadata): Record<string, string> => {
    const entries = Object.entries(pod.metadata[kind] ?? {}).map(([key, value]) => {
      const said = agent[`${kind}FromStep`] && !(key in agent[kind]) ? asked.options[kind]?.[key] : undefined;
      if (said === undefined || isProfile(pod, asked, key)) return [[key, value]];
      const kept = edit(value, { kind, key, said, minimal: minimal[kind] ?? {} });
      return kept === undefined ? [] : [[key, kept]];
    });
    return Object.fromEntries(entries.flat()) as Record<string, string>;
  };
  const metadata = { ...pod.metadata, labels: edited("labels"), annotations: edited("annotations") };
  return { ...pod, metadata: omitEmpty<Pod["metadata"]>(metadata) };
}

/** Whether the value is the AppArmor profile that the option made. */
function isProfile(pod: Pod, { era, options }: Case, key: string): boolean {
  const type = options.securityContext?.apparmorProfile?.type;
  return (
    era === "2.8" &&
    key.endsWith(`.io/${pod.metadata.name}`) &&
    (type === "Localhost" || type === "RuntimeDefault")
  );
}
