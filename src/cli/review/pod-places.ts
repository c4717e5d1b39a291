import { type Path } from "../../text/path.ts";
import { isMap } from "../../text/is-map.ts";

/** Where a Pod stands in an object, and by what name people know it. */
export interface PodPlace {
  readonly path: Path;
  readonly form: "pod" | "template" | "review";
  /** The object that is the Pod or holds its template. */
  readonly owner: Readonly<Record<string, unknown>>;
}

/** Something in a document that holds no Pod. */
export interface NoPod {
  readonly path: Path;
  readonly message: string;
}

const template = (...path: Path): Pick<PodPlace, "form" | "path"> => ({ form: "template", path });

const places: Readonly<Record<string, Pick<PodPlace, "form" | "path">>> = {
  Pod: { form: "pod", path: [] },
  AdmissionReview: { form: "review", path: ["request", "object"] },
  PodTemplate: template("template"),
  Job: template("spec", "template"),
  CronJob: template("spec", "jobTemplate", "spec", "template"),
  Deployment: template("spec", "template"),
  StatefulSet: template("spec", "template"),
  DaemonSet: template("spec", "template"),
  ReplicaSet: template("spec", "template"),
  ReplicationController: template("spec", "template"),
};

const known = `known are List, ${Object.keys(places).join(", ")}`;

/** Finds the Pods of one object: the Pod itself, that of a review, a template, or those of a list. */
export function findPods(object: unknown, path: Path = []): (PodPlace | NoPod)[] {
  if (!isMap(object)) return [{ path, message: `is no object of Kubernetes; ${known}` }];
  const { kind, items } = object;
  if (typeof kind !== "string") return [{ path, message: explain(object) }];
  if (kind.endsWith("List") && Array.isArray(items))
    return items.flatMap((item, index) => findPods(item, [...path, "items", index]));
  const place = Object.hasOwn(places, kind) ? places[kind] : undefined;
  if (place === undefined) return [{ path: [...path, "kind"], message: explain(object) }];
  return [{ form: place.form, path: [...path, ...place.path], owner: object }];
}

function explain({ kind, version }: Readonly<Record<string, unknown>>): string {
  if (kind === undefined && version === "v1") return "is a policy; give it with --policy";
  if (kind === undefined) return `has no kind; ${known}`;
  return `holds no Pod; ${known}${kind === "ConfigMap" ? "; policies are given with --policy" : ""}`;
}
