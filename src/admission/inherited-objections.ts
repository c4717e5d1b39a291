import { APPARMOR_PREFIX } from "../engine/annotations.ts";
import { breachesOf, describeBreach } from "../engine/breach.ts";
import { type Change } from "../engine/draft.ts";
import { type Finding, isDenied } from "../engine/finding.ts";
import { type EffectivePolicy } from "../engine/policy.ts";
import { type PlacedContainer } from "../kubernetes/containers.ts";
import { formatPointer, parsePointer } from "../kubernetes/json-pointer.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type Path } from "../text/path.ts";

// What holds for a container of the Pod's context unless it says otherwise; the rest of it is the Pod's alone.
const INHERITED = [
  ...["runAsUser", "runAsGroup", "runAsNonRoot", "seccompProfile", "appArmorProfile"],
  ...["seLinuxOptions", "windowsOptions"],
];

/**
 * What speaks against containers by what they do not say, so that the Pod's word holds for them: there a policy would mend
 * it, and in a Pod that runs nobody can.
 */
export function inheritedObjections(
  pod: Pod,
  policy: EffectivePolicy,
  added: readonly PlacedContainer[],
): Finding[] {
  if (added.length === 0) return [];
  const { breaches, findings } = breachesOf(pod, policy);
  const denying = findings.filter((finding) => isDenied([finding]));
  return added.flatMap((place) => [
    ...breaches.flatMap((breach) => {
      const path = placeIn(place, parsePointer(breach.pointer));
      return path === undefined ? [] : [describeBreach(pod, missing(path, breach))];
    }),
    ...denying.flatMap((finding) => {
      const path = placeIn(place, finding.path);
      return path === undefined ? [] : [{ ...finding, path }];
    }),
  ]);
}

const missing = (path: Path, { after, rule }: Change): Change => ({
  pointer: formatPointer(path),
  after,
  rule,
});

/** Where the container would say itself what the path leads to; nothing where that is not for it, or it does. */
function placeIn({ path: place, container }: PlacedContainer, path: Path): Path | undefined {
  const [top, second, field = "", ...rest] = path;
  const says = (name: string | number): boolean => Object.hasOwn(container.securityContext ?? {}, name);
  if (top === "metadata" && field === `${APPARMOR_PREFIX}${container.name}`)
    return says("appArmorProfile") ? undefined : path;
  if (top !== "spec" || second !== "securityContext" || !INHERITED.includes(String(field))) return undefined;
  return says(field) ? undefined : [...place, "securityContext", field, ...rest];
}
