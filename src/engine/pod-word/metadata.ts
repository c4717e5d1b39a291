import { APPARMOR_PREFIX } from "../annotations.ts";
import { isCreatorsAnnotation, isCreatorsLabel } from "./creator.ts";
import { hearingOf } from "./hearing.ts";
import { type Hearing, standsAt, type Statement } from "./statement.ts";

/** The Pod's labels and annotations, but for those of its creator; AppArmor's are security settings. */
export function readMetadata(hearing: Hearing): Statement[] {
  const { metadata } = hearing.pod;
  const { policy } = hearing.scene;
  return [
    ...readMap(
      hearing,
      ["metadata", "labels"],
      metadata?.labels,
      (key) => isCreatorsLabel(key, policy) || policy.matchedLabels.has(key),
    ),
    ...readChoosingLabels(hearing),
    ...readMap(
      hearing,
      ["metadata", "annotations"],
      metadata?.annotations,
      (key) => key.startsWith(APPARMOR_PREFIX) || isCreatorsAnnotation(key),
    ),
  ];
}

/**
 * The labels by which only policies of the namespace are chosen: who writes those must not spare a label from its gate.
 * Without the label others would be chosen the next time, so that nothing but a denial is left where it is not granted.
 */
function readChoosingLabels({ scene }: Hearing): Statement[] {
  const { pod, policy } = scene;
  const labels = Object.entries(pod.metadata?.labels ?? {}).filter(
    ([key]) => policy.matchedLabels.has(key) && !isCreatorsLabel(key, policy),
  );
  if (labels.length === 0) return [];
  // To the gate they are labels like others.
  const hearing = hearingOf({ ...scene, policy: { ...policy, matchedLabels: policy.sparedLabels } });
  return readMap(hearing, ["metadata", "labels"], Object.fromEntries(labels)).map((one) => ({
    ...one,
    code: "pod-denied",
    message: `${one.message}, and a policy of the namespace is chosen by it`,
  }));
}

/** The entries of a map of texts that the option of its name does not grant. */
export function readMap(
  { objections }: Hearing,
  path: readonly [string, string],
  map: Readonly<Record<string, string>> = {},
  isSpared: (key: string) => boolean = () => false,
): Statement[] {
  const said = Object.entries(map).filter(([key]) => !isSpared(key));
  if (said.length === 0) return [];
  const refused = objections(path[1], Object.fromEntries(said));
  return said.flatMap(([key, value]) => {
    const objection = refused.get(key) ?? refused.get("");
    const field = [...path, key];
    return objection === undefined
      ? []
      : [{ path: field, value, ...objection, stands: standsAt(field, value) }];
  });
}
