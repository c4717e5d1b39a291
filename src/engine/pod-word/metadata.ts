import { APPARMOR_PREFIX } from "../annotations.ts";
import { isCreatorsAnnotation, isCreatorsLabel } from "./creator.ts";
import { type Hearing, standsAt, type Statement } from "./statement.ts";

/** The Pod's labels and annotations, but for those of its creator; AppArmor's are security settings. */
export function readMetadata(hearing: Hearing): Statement[] {
  const { metadata } = hearing.pod;
  const { matchedLabels } = hearing.scene.policy;
  return [
    ...readMap(hearing, ["metadata", "labels"], metadata?.labels, (key) =>
      isCreatorsLabel(key, matchedLabels),
    ),
    ...readMap(
      hearing,
      ["metadata", "annotations"],
      metadata?.annotations,
      (key) => key.startsWith(APPARMOR_PREFIX) || isCreatorsAnnotation(key),
    ),
  ];
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
