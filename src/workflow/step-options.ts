import { isMap } from "../text/is-map.ts";
import { nearest } from "../text/nearest.ts";
import { Numeric } from "../text/numeric.ts";
import { type Path } from "../text/path.ts";
import { type Position, type Problem } from "../text/problem.ts";
import { writeOptions } from "./options-text.ts";
import { type Step } from "./step.ts";

/** The annotation that holds what a step asks; nothing where it asks for nothing. */
export interface StepOptions {
  readonly text?: string;
  /** Where in the workflow a part of the annotation comes from. */
  readonly placeOf: (position: Position) => Position;
  readonly notes: readonly Problem[];
}

const BACKENDS = ["kubernetes", "docker", "local", "dummy"];

/**
 * What a step asks of Kubernetes: its `backend_options.kubernetes`, and what it says beside them and a minimal Pod has no
 * other place for, the claims under `volumes` and `privileged: true`.
 */
export function stepOptions(step: Step): StepOptions {
  const { document, path } = step;
  const { value, sourceOf } = ask(step);
  const { text, placeAt } = writeOptions(value);
  const placeOf = (position: Position): Position => {
    const place = placeAt(position);
    if (place === undefined) return document.position(path);
    const source = sourceOf(place.path);
    return place.isKey ? document.keyPosition(source) : document.position(source);
  };
  const isEmpty = isRecord(value) && Object.keys(value).length === 0;
  return { ...(isEmpty ? {} : { text }), placeOf, notes: strayOptions(step) };
}

interface Asking {
  readonly value: unknown;
  /** Where in the document a part of the value comes from. */
  readonly sourceOf: (path: Path) => Path;
}

function ask(step: Step): Asking {
  const { entry, path } = step;
  const base = [...path, "backend_options", "kubernetes"];
  const asked = entry.backend_options?.["kubernetes"] ?? {};
  // What is no map is told as such when it is decided about.
  if (!isRecord(asked)) return { value: asked, sourceOf: (inner) => [...base, ...inner] };
  const own = Array.isArray(asked["volumes"]) ? asked["volumes"] : [];
  const volumes = withVolumes(asked["volumes"], entry.volumes);
  const security = withPrivileged(asked["securityContext"], entry.privileged);
  const sourceOf = (inner: Path): Path => {
    const [option, member] = inner;
    if (option === "volumes" && typeof member === "number" && member >= own.length)
      return [...path, "volumes", volumes.origins[member - own.length] ?? 0];
    const isOfStep = security.isAdded && option === "securityContext" && member === "privileged";
    return isOfStep ? [...path, "privileged"] : [...base, ...inner];
  };
  const value = {
    ...asked,
    ...(volumes.value === undefined ? {} : { volumes: volumes.value }),
    ...(security.value === undefined ? {} : { securityContext: security.value }),
  };
  return { value, sourceOf };
}

/** The volumes of the options, then those of the step that do not stand there already. */
function withVolumes(
  asked: unknown,
  added: readonly string[] = [],
): { readonly value: unknown; readonly origins: readonly number[] } {
  const own: readonly unknown[] = Array.isArray(asked) ? asked : [];
  if (asked !== undefined && asked !== null && !Array.isArray(asked)) return { value: asked, origins: [] };
  const origins = [...added.keys()].filter(
    (index) => !own.includes(added[index]) && added.indexOf(added[index] ?? "") === index,
  );
  if (origins.length === 0) return { value: asked, origins };
  return { value: [...own, ...origins.map((index) => added[index])], origins };
}

/** Who says in the options that the container is not privileged means that. */
function withPrivileged(
  asked: unknown,
  isPrivileged = false,
): { readonly value: unknown; readonly isAdded: boolean } {
  const context = asked ?? {};
  if (!isPrivileged || !isRecord(context) || "privileged" in context) return { value: asked, isAdded: false };
  return { value: { ...context, privileged: true }, isAdded: true };
}

/** Keys beside `kubernetes` that no backend reads, as where its own level was forgotten. */
function strayOptions({ entry, path, document }: Step): Problem[] {
  const base = [...path, "backend_options"];
  return Object.keys(entry.backend_options ?? {})
    .filter((key) => !BACKENDS.includes(key))
    .map((key) => {
      const near = nearest(key, BACKENDS);
      const hint =
        near === undefined
          ? `what is for Pods stands one level further in, below kubernetes`
          : `did you mean ${near}?`;
      const message = `is the name of no backend, and is not read; ${hint}`;
      return { path: [...base, key], message, position: document.keyPosition([...base, key]) };
    });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isMap(value) && !(value instanceof Numeric);
