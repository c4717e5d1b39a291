import { type z } from "zod";

import { isDnsLabel, isDnsSubdomain } from "../kubernetes/names.ts";
import { type Volume, type VolumeMount } from "../kubernetes/pod.ts";
import { across, flag, json, leaf, listIn, listOf, oneOf, strict, text } from "../text/schema.ts";
import { placeOf } from "./same-place.ts";

/** A claim that a step wants to be mounted. */
export interface ClaimMount {
  readonly claim: string;
  readonly mountPath: string;
  readonly readOnly: boolean;
}

const FORM = "of the form claim:/mount/path or claim:/mount/path:ro";

const claimMount = leaf<ClaimMount>({
  types: ["string"],
  wanted: (value) => {
    const [claim = "", path = ""] = typeof value === "string" ? value.split(":") : [];
    if (!isDnsSubdomain(claim))
      return `${FORM} with the name of a PersistentVolumeClaim (small letters, digits, "-" and "."); a path of the node cannot be mounted`;
    return isMountPath(path) ? FORM : `${FORM}; the path must be absolute, without "..", "." and "//"`;
  },
  meta: { examples: ["build-cache:/cache", "models:/models:ro"] },
  read: (value) => (typeof value === "string" ? parseClaimMount(value) : undefined),
});

function parseClaimMount(text: string): ClaimMount | undefined {
  const [claim = "", mountPath = "", mode = "rw", ...rest] = text.split(":");
  const isWhole = ["ro", "rw"].includes(mode) && rest.length === 0;
  if (!isWhole || !isDnsSubdomain(claim) || !isMountPath(mountPath)) return undefined;
  return { claim, mountPath, readOnly: mode === "ro" };
}

/** The claims that a step wants to be mounted, no two at one place. */
export const claimMounts: z.ZodType<ClaimMount[]> = across(listOf(claimMount), (mounts, complain) => {
  const places = listIn(mounts).map(placeOfMount);
  for (const [index, place] of places.entries())
    if (place !== undefined && places.indexOf(place) < index)
      complain([index], "is at a mount path that stands in this list already");
});

/** What is no mount has been told already, and has no place. */
function placeOfMount(mount: unknown): string | undefined {
  const path =
    typeof mount === "object" && mount !== null && "mountPath" in mount ? mount.mountPath : undefined;
  return typeof path === "string" ? placeOf(path) : undefined;
}

/** A volume that a policy mounts: its source as Kubernetes has it, and how it is mounted. */
export interface PolicyVolume {
  readonly name: string;
  readonly source: Omit<Volume, "name">;
  readonly mount: Pick<VolumeMount, "mountPath" | "readOnly" | "subPath"> & {
    readonly mountPropagation?: string;
  };
}

// The sources of the core API, v1.36, that a Pod without a driver of its own can use.
const source = json.refine(isMapping, { error: "is not a map, the volume's source as Kubernetes has it" });
const sources = {
  configMap: source.optional(),
  csi: source.optional(),
  downwardAPI: source.optional(),
  emptyDir: source.optional(),
  ephemeral: source.optional(),
  hostPath: source.optional(),
  image: source.optional(),
  nfs: source.optional(),
  persistentVolumeClaim: source.optional(),
  projected: source.optional(),
  secret: source.optional(),
};

const mountPath = text({ test: isMountPath, wanted: "an absolute path without `:` and `..`" });

/** A volume of a policy: a name, exactly one source in Kubernetes' own form, and where it is mounted. */
export const policyVolume: z.ZodType<PolicyVolume> = strict({
  name: text({ test: isDnsLabel, wanted: "a DNS label" }),
  ...sources,
  mountPath,
  subPath: text({ test: isSubPath, wanted: "a path inside the volume, without `..`" }).optional(),
  readOnly: flag.optional(),
  mountPropagation: oneOf(["None", "HostToContainer", "Bidirectional"]).optional(),
})
  .refine((volume) => Object.keys(sources).filter((source) => source in volume).length === 1, {
    error: `is not a volume with exactly one source of ${Object.keys(sources).join(", ")}`,
  })
  .transform(({ name, mountPath: path, subPath, readOnly, mountPropagation, ...source }) => ({
    name,
    // Exactly one source is there, and its members are the API server's to check.
    source,
    mount: {
      mountPath: path,
      ...(subPath === undefined ? {} : { subPath }),
      ...(readOnly === true ? { readOnly } : {}),
      ...(mountPropagation === undefined ? {} : { mountPropagation }),
    },
  }));

/** Whether a volume may be mounted at the path: an absolute one, as plain as it can be written. */
export function isMountPath(path: string): boolean {
  const parts = path.split("/").slice(1);
  const isPlain = parts.every(
    (part, index) => part !== ".." && part !== "." && (part !== "" || index === parts.length - 1),
  );
  return path.startsWith("/") && path.length > 1 && !path.includes(":") && isPlain;
}

function isSubPath(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !path.split("/").includes("..");
}

function isMapping(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
