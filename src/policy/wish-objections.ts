import { deepEqual } from "../kubernetes/equality.ts";
import { own } from "../kubernetes/own.ts";
import { agree, type Resources } from "../engine/resource-schema.ts";
import { type EffectivePolicy } from "../engine/policy.ts";
import { type SecretRequest } from "../engine/secret-request.ts";
import { type Security } from "../engine/security-schema.ts";
import { type PolicyVolume } from "../engine/volume-schema.ts";
import { type Path } from "../text/path.ts";
import { isMap } from "../text/is-map.ts";
import { isWhole } from "./whole.ts";

/** The two verbs by which a policy wants something. */
export type WishVerb = "set" | "default";

/** A part of what a namespace's policy wants that it does not get. */
export interface Objection {
  /** Below the verb. */
  readonly path: Path;
  /** Reads on after path and value. */
  readonly message: string;
}

/** What a policy of a namespace wants: the value of a verb of a section. */
export interface Wish {
  readonly section: string;
  readonly verb: WishVerb;
  readonly value: unknown;
}

/** Why parts of a wish are more than a step could have had for sure, whatever the gates say. */
export function objectionsToWish(wish: Wish, base: EffectivePolicy): Objection[] {
  const own = SPECIAL[wish.section]?.(wish, base) ?? [];
  return [...own, ...(wish.verb === "set" ? overruled(wish, base) : [])];
}

const SPECIAL: Readonly<Record<string, ((wish: Wish, base: EffectivePolicy) => Objection[]) | undefined>> = {
  securityContext: securityObjections,
  volumes: volumeObjections,
  secrets: secretObjections,
  resources: resourceObjections,
};

const EVERY_CONTAINER = "is not given: it would hold for every container, and a step asks for its own";

/** A step may not be root where anybody says so, and has privileges in its own container only. */
function securityObjections({ verb, value }: Wish, { sections, ruleAt }: EffectivePolicy): Objection[] {
  // The schema of the section has checked both.
  const security = value as Security;
  const set = (sections["securityContext"]?.set ?? {}) as Security;
  const root = "is not given: only a policy of the cluster can let steps be root";
  const rule = ruleAt(["securityContext", "set", "privileged"]);
  return [
    ...when(security.runAsUser === 0, { path: ["runAsUser"], message: root }),
    ...when(security.runAsNonRoot === false, { path: ["runAsNonRoot"], message: root }),
    ...(["privileged", "allowPrivilegeEscalation"] as const)
      .filter((option) => verb === "set" && security[option] === true)
      .map((option) => ({ path: [option], message: EVERY_CONTAINER })),
    ...when(verb === "set" && security.allowPrivilegeEscalation === false && set.privileged === true, {
      path: ["allowPrivilegeEscalation"],
      message: `is not given: containers are privileged by ${rule}`,
    }),
  ];
}

const CLAIM_MEMBERS = new Set(["claimName", "readOnly"]);

/** A step mounts claims, whole, under names of nobody else. */
function volumeObjections({ verb, value }: Wish, { sections, ruleAt }: EffectivePolicy): Objection[] {
  // The schema of the section has checked both.
  const known = (sections["volumes"]?.[verb] ?? []) as readonly PolicyVolume[];
  return (value as readonly PolicyVolume[]).flatMap(({ name, source, mount }, index) => {
    const same = known.findIndex((one) => one.name === name);
    if (same >= 0) {
      const rule = ruleAt(["volumes", verb, same]);
      return [{ path: [index], message: `is not mounted: ${rule} has a volume of this name` }];
    }
    if (claimOf({ source }) === undefined)
      return [{ path: [index], message: "is not mounted: the policy of a namespace may mount claims only" }];
    const isPartly = mount.subPath !== undefined || mount.mountPropagation !== undefined;
    const message = "is not mounted: a claim is mounted whole, without subPath and mountPropagation";
    return when(isPartly, { path: [index], message });
  });
}

/** The claim that is all of a volume's source. */
export function claimOf({ source }: Pick<PolicyVolume, "source">): string | undefined {
  const claim = source["persistentVolumeClaim"];
  if (!isMap(claim) || !Object.keys(claim).every((key) => CLAIM_MEMBERS.has(key))) return undefined;
  return typeof claim["claimName"] === "string" ? claim["claimName"] : undefined;
}

/** What is set goes over what the Pod mounts, which a step cannot. */
function secretObjections({ verb, value }: Wish): Objection[] {
  const message = "is not mounted: the policy of a namespace mounts files by default only, where nothing is";
  return (value as readonly SecretRequest[]).flatMap(({ target }, index) =>
    when(verb === "set" && target?.file !== undefined, { path: [index], message }),
  );
}

/** Of request and limit one would move the other, though the cluster's policies set it. */
function resourceObjections({ verb, value }: Wish, { sections, ruleAt }: EffectivePolicy): Objection[] {
  if (verb !== "set") return [];
  // The schema of the section has checked both.
  const [wanted, set] = [value as Resources, (sections["resources"]?.set ?? {}) as Resources];
  return (["requests", "limits"] as const).flatMap((kind) => {
    const other = kind === "requests" ? "limits" : "requests";
    return Object.entries(wanted[kind] ?? {}).flatMap(([name, amount]): Objection[] => {
      const fixed = own(set[other], name);
      const [request, limit] = kind === "requests" ? [amount, fixed] : [fixed, amount];
      if (request === undefined || limit === undefined || agree(name, request, limit)) return [];
      const rule = ruleAt(["resources", "set", other, name]);
      return [{ path: [kind, name], message: `does not go with ${fixed ?? ""}, which ${rule} sets` }];
    });
  });
}

/** What the cluster's policies set stands. */
function overruled({ section, value }: Wish, { sections, ruleAt }: EffectivePolicy): Objection[] {
  const compare = (set: unknown, wanted: unknown, path: Path): Objection[] => {
    const here = [section, "set", ...path];
    if (set === undefined || Array.isArray(wanted)) return [];
    if (isMap(set) && isMap(wanted) && !isWhole(here))
      return Object.entries(wanted).flatMap(([key, inner]) => compare(own(set, key), inner, [...path, key]));
    return when(!deepEqual(set, wanted), { path, message: `is not given: ${ruleAt(here)} sets it` });
  };
  return compare(sections[section]?.set, value, []);
}

const when = (isSo: boolean, objection: Objection): Objection[] => (isSo ? [objection] : []);
