import { matchesImage } from "../kubernetes/image.ts";
import { grantsName, type NamesGate, notGranted } from "./gates.ts";
import { type Judgement, type Refusal } from "./judge.ts";
import { type Scene } from "./scene.ts";
import { scriptObjection } from "./script-objection.ts";
import { type Profile, type Security, type SecurityGates } from "./security-schema.ts";

const IDS = ["runAsUser", "runAsGroup", "fsGroup"] as const;

/** What of the asked security settings a step is granted. */
export function judgeSecurity(
  asked: Security,
  gate: boolean | SecurityGates,
  scene: Scene,
): Judgement<Security> {
  if (gate === false) return { refusals: Object.keys(asked).map((key) => notGranted([key], false)) };
  const gates = gate === true ? {} : gate;
  const refusals = [
    ...judgePrivileged(asked, gates, scene),
    ...judgeRoot(asked, gates, scene),
    ...judgeProfile(asked.seccompProfile, ["seccompProfile"], gates.seccompProfiles),
    ...judgeProfile(asked.apparmorProfile, ["apparmorProfile"], gates.apparmorProfiles),
  ];
  const refused = new Set(refusals.map(({ path }) => String(path[0])));
  const granted = Object.entries(asked).filter(([key]) => !refused.has(key));
  return { granted: Object.fromEntries(granted), refusals };
}

function judgePrivileged(asked: Security, gates: SecurityGates, scene: Scene): Refusal[] {
  const denial = asked.privileged === true ? privilegedRefusal(gates, scene) : undefined;
  const refusals = denial === undefined ? [] : [denial];
  const isPrivileged = asked.privileged ?? scene.step.container.securityContext?.privileged ?? false;
  if (asked.allowPrivilegeEscalation === true && (!isPrivileged || denial !== undefined))
    refusals.push({
      code: "not-granted",
      path: ["allowPrivilegeEscalation"],
      message: "is not granted; it comes with privileged mode only",
      rule: ["fromStep", "privileged"],
    });
  return refusals;
}

function privilegedRefusal({ privileged: gate = false }: SecurityGates, scene: Scene): Refusal | undefined {
  const rule = ["fromStep", "privileged"];
  if (typeof gate === "boolean") return gate ? undefined : notGranted(["privileged"], false, rule);
  const { container } = scene.step;
  if (!gate.images.some((pattern) => matchesImage(pattern, container.image ?? "")))
    return {
      ...notGranted(["privileged"], gate.images, rule),
      message: `is not granted to this image; the images that the policy grants it are ${gate.images.join(", ")}`,
    };
  const objection = scriptObjection(scene);
  return objection === undefined
    ? undefined
    : {
        code: "plugin-only",
        path: ["privileged"],
        message: `is granted to this image as a plugin only, ${objection}`,
        rule,
      };
}

function judgeRoot(asked: Security, { root = true }: SecurityGates, scene: Scene): Refusal[] {
  if (root) return [];
  const ids: (keyof Security)[] = IDS.filter((key) => asked[key] === 0);
  const keys = asked.runAsNonRoot === false && mustNotBeRoot(scene) ? [...ids, "runAsNonRoot"] : ids;
  return keys.map((key) => ({
    code: "root-refused",
    path: [key],
    message: "is not granted; steps may not be root here",
    rule: ["fromStep", "root"],
  }));
}

/** Whether anybody but the step says that it must not run as root. */
function mustNotBeRoot({ pod, step, policy }: Scene): boolean {
  // The schema of the section has checked it.
  const usual = policy.sections["securityContext"]?.default as Security | undefined;
  const own = step.container.securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot;
  return own === true || usual?.runAsNonRoot === true;
}

function judgeProfile(profile: Profile | undefined, path: [string], gate: NamesGate = ["*"]): Refusal[] {
  if (profile === undefined || profile.type === "RuntimeDefault") return [];
  const rule = ["fromStep", `${path[0].replace(/Profile$/, "")}Profiles`];
  const isGranted =
    profile.type === "Unconfined"
      ? typeof gate === "object" && gate.includes("Unconfined")
      : grantsName(gate, profile.localhostProfile ?? "");
  if (isGranted) return [];
  if (profile.type !== "Unconfined") return [notGranted(path, gate, rule)];
  const message = "is not granted: Unconfined is granted only where the policy lists it by name";
  return [{ code: "not-granted", path, message, rule }];
}
