import { askedBy } from "../admission/backend-options.ts";
import { type ReviewedRequest } from "../admission/answer.ts";
import { APPLIED, BACKEND_OPTIONS, isOwnAnnotation } from "../engine/annotations.ts";
import { PLATFORM_VARIABLE } from "../engine/platform.ts";
import { type EffectivePolicy } from "../engine/policy.ts";
import { stepContainer } from "../kubernetes/containers.ts";
import { type Container, type EnvVar, type Pod, type Volume } from "../kubernetes/pod.ts";
import { deepEqual } from "../kubernetes/equality.ts";
import { isMap } from "../text/is-map.ts";

/** What stands for a text that may be a secret. */
const REDACTED = "(redacted)";

/**
 * The review as it may be kept: an AdmissionReview with what a decision needs, about which the policies given decide as
 * about the original. Values of variables are left out but for those that the options refer to, which the step itself
 * makes visible, and those that a policy sets; so are commands, and annotations of which neither speaks. Names stay.
 */
export function redactReview(reviewed: ReviewedRequest, policies: readonly EffectivePolicy[]): object {
  const { uid, kind, resource, operation, namespace, name, userInfo, dryRun } = reviewed.request;
  const { username } = userInfo ?? {};
  const object = redactPod(reviewed.pod, policies);
  const request = { uid, kind, resource, operation, namespace, name, userInfo: { username }, dryRun, object };
  return { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
}

function redactPod(pod: Pod, policies: readonly EffectivePolicy[]): Pod {
  const { metadata, spec } = pod;
  const asked = askedBy(metadata?.annotations?.[BACKEND_OPTIONS]);
  const step = stepContainer(pod).container;
  const redact = (container: Container): Container => {
    const shown = container === step ? new Set([PLATFORM_VARIABLE, ...asked.variables]) : new Set<string>();
    return redactContainer(
      container,
      (variable) => shown.has(variable.name) || isOfPolicy(variable, policies),
    );
  };
  const { initContainers, ephemeralContainers } = spec;
  return {
    ...pod,
    ...(metadata === undefined
      ? {}
      : { metadata: redactMetadata(metadata, { asked: asked.annotations, policies }) }),
    spec: {
      ...spec,
      ...(spec.volumes === undefined
        ? {}
        : { volumes: spec.volumes.map((volume) => redactVolume(volume, policies)) }),
      containers: spec.containers.map(redact),
      ...(initContainers === undefined ? {} : { initContainers: initContainers.map(redact) }),
      ...(ephemeralContainers === undefined ? {} : { ephemeralContainers: ephemeralContainers.map(redact) }),
    },
  };
}

// Drivers take passwords there.
const ATTRIBUTES = ["volumeAttributes", "options"];

/** The volume without what its driver is told, unless a policy gives every Pod that very volume. */
function redactVolume(volume: Volume, policies: readonly EffectivePolicy[]): Volume {
  const given = policies.flatMap(({ sections: { volumes } }) => [volumes?.set, volumes?.default]).flat();
  const isOfPolicies = given.some(
    (item) => isMap(item) && Object.entries(volume).every(([key, value]) => deepEqual(item[key], value)),
  );
  if (isOfPolicies) return volume;
  const sources = Object.entries(volume).map(([kind, source]): [string, unknown] => [
    kind,
    isMap(source) ? withoutAttributes(source) : source,
  ]);
  // The same fields as before.
  return Object.fromEntries(sources) as Volume;
}

function withoutAttributes(source: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(source).map(([key, told]) => [
      key,
      ATTRIBUTES.includes(key) && isMap(told)
        ? Object.fromEntries(Object.keys(told).map((name) => [name, REDACTED]))
        : told,
    ]),
  );
}

/** A value that a policy gives is no secret of the step's; another value of the same name may be. */
const isOfPolicy = ({ name, value }: EnvVar, policies: readonly EffectivePolicy[]): boolean =>
  policies.some(
    ({ environment: { set, usual } }) =>
      value !== undefined && [set, usual].some((map) => map.get(name) === value),
  );

function redactContainer(container: Container, isShown: (variable: EnvVar) => boolean): Container {
  // Whether there are any decides about plugins: each word keeps its place.
  const words = Object.entries(container).map(([field, value]) =>
    FIELDS_WITH_WORDS.includes(field) ? [field, redactWords(value)] : [field, value],
  );
  const { env } = container;
  const variables =
    env === undefined
      ? {}
      : { env: env.map((variable) => (isShown(variable) ? variable : redactVariable(variable))) };
  // The same fields as before, of the same shapes.
  return { ...(Object.fromEntries(words) as Container), ...variables };
}

function redactVariable(variable: EnvVar): EnvVar {
  return variable.value === undefined || variable.value === "" ? variable : { ...variable, value: REDACTED };
}

const FIELDS_WITH_WORDS = ["command", "args", "lifecycle", "livenessProbe", "readinessProbe", "startupProbe"];
const WORDS = ["command", "args", "path", "value"];

/** The value with the texts that a shell or a server would be sent replaced: commands, paths, header values. */
function redactWords(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map((item) => (typeof item === "string" ? REDACTED : redactWords(item)));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      typeof member === "string" && WORDS.includes(key) ? REDACTED : redactWords(member),
    ]),
  );
}

function redactMetadata(
  metadata: NonNullable<Pod["metadata"]>,
  { asked, policies }: { readonly asked: readonly string[]; readonly policies: readonly EffectivePolicy[] },
): NonNullable<Pod["metadata"]> {
  const { annotations } = metadata;
  if (annotations === undefined) return metadata;
  const spoken = new Set([...asked, ...policies.flatMap(annotationsOf)]);
  const redacted = Object.entries(annotations).map(([key, value]) => {
    const isShown = key !== APPLIED && (isOwnAnnotation(key) || spoken.has(key));
    // How long it is counts where annotations are full.
    return [key, isShown ? value : "*".repeat(Buffer.byteLength(value))];
  });
  return { ...metadata, annotations: Object.fromEntries(redacted) as Record<string, string> };
}

function annotationsOf({ sections }: EffectivePolicy): string[] {
  const { set, default: fallback } = sections["annotations"] ?? {};
  return [set, fallback].flatMap((map) => (isMap(map) ? Object.keys(map) : []));
}
