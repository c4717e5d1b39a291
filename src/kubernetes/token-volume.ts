import { own } from "./own.ts";
import { type Pod, type Volume } from "./pod.ts";
import { isMap } from "../text/is-map.ts";

const NAME = /^kube-api-access-[a-z0-9]{5}$/;

// What the API server's ServiceAccount plugin projects, and OpenShift's beside it: certificates that everybody may know.
const CERTIFICATES = new Set(["kube-root-ca.crt", "openshift-service-ca.crt"]);

/**
 * Whether a volume is the one with the token of the Pod's own account, as the API server's ServiceAccount plugin makes it:
 * for the API server itself, not for an audience of somebody's choice.
 */
// https://github.com/kubernetes/kubernetes/blob/v1.36.0/plugin/pkg/admission/serviceaccount/admission.go, TokenVolumeSource
export function isTokenVolume({ name, ...source }: Volume): boolean {
  const kinds = Object.keys(source);
  const projected = source["projected"];
  if (!NAME.test(name) || kinds.length !== 1 || !isMap(projected)) return false;
  const sources = projected["sources"];
  return Array.isArray(sources) && sources.every(isTokenSource);
}

/** The places of the Pod's token volumes in its list of volumes. */
export function tokenVolumes({ spec }: Pod): number[] {
  return (spec.volumes ?? []).flatMap((volume, index) => (isTokenVolume(volume) ? [index] : []));
}

const checks: Readonly<Record<string, (source: Record<string, unknown>) => boolean>> = {
  serviceAccountToken: ({ audience = "" }) => audience === "",
  configMap: ({ name }) => CERTIFICATES.has(String(name)),
  downwardAPI: () => true,
};

function isTokenSource(source: unknown): boolean {
  if (!isMap(source)) return false;
  return Object.entries(source).every(([kind, value]) => isMap(value) && own(checks, kind)?.(value) === true);
}
