import { type FieldPattern } from "#src/kubernetes/field-pattern.ts";
import {
  type PodSecurityCheck,
  podSecurityChecks,
  type PodSecurityProfile,
} from "#src/engine/pod-security-checks.ts";
import { code, page, table } from "./markdown.ts";

const PROFILES = ["baseline", "restricted"] as const;

/** What each Pod Security Standard forbids and demands. */
export function podSecurityPage(): string {
  return page("Pod Security Standards", [
    "What a Pod may say under `securityContext.podSecurityStandard`: the checks that the Pod Security admission of Kubernetes 1.36 makes, of init containers, sidecars and ephemeral containers, too. A namespace that is labelled `pod-security.kubernetes.io/enforce` with the same standard refuses none of the Pods that Podpecker lets pass. Podpecker denies none that could pass there, but for one case: a user namespace of its own lets a Pod be root under `restricted` only where a policy gives it (`hostUsers: {set: false}`, or a default that holds), not where the step asks for it or the Pod says it. API servers of 1.30 to 1.32 drop `hostUsers` after admission unless their feature gate `UserNamespacesSupport` is on, and the step would be root on its node: there, no policy should give it. Pod Security admission before 1.35 spares no such Pods.",
    "What the standard demands and nobody says is written, after everything else. What a step asks against it is refused (`pod-security-refused`), and `onRefusal` says what becomes of the Pod. A default of a policy gives way to it (`pod-security-default`). What the Pod itself says against it, or a policy sets, denies the Pod (`pod-security`), whatever `onRefusal` says. The standard `privileged` forbids nothing: a policy of a higher priority lifts a standard by it.",
    ...PROFILES.flatMap((profile) => [`## ${profile}`, tableOf(profile)]),
  ]);
}

function tableOf(profile: PodSecurityProfile): string {
  const checks = podSecurityChecks.filter(({ profiles }) => profiles.includes(profile));
  return table(
    ["check", "fields", "allowed", "where nobody says anything", "not for"],
    checks.map((check) => [
      code(check.id),
      check.fields.map((field) => code(written(field))).join(", "),
      check.allowed,
      filling(check),
      check.spares?.kind ?? "",
    ]),
  );
}

/** The field as people write it: all lists of containers are `containers`. */
function written(field: FieldPattern): string {
  const steps = field.map((step) => {
    if (step.includes("ontainers|")) return "containers";
    return step.includes("|") ? `(${step})` : step;
  });
  return steps.reduce((path, step) => {
    if (step === "*") return `${path}[]`;
    if (step.includes("/")) return `${path}["${step}"]`;
    return path === "" ? step : `${path}.${step}`;
  }, "");
}

function filling({ demand }: PodSecurityCheck): string {
  if (demand === undefined) return "";
  const value = JSON.stringify(demand.isItem === true ? [demand.value] : demand.value);
  return `${code(`${demand.field.join(".")}: ${value}`)} for ${demand.at === "pod" ? "the Pod" : "each container"}`;
}
