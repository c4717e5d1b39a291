import { settleContainerFields } from "../container-security.ts";
import { defineMutation } from "../mutation.ts";
import { profileOf } from "../pod-security.ts";
import { fillDemands } from "../pod-security-demands.ts";
import { tellViolations, withoutForbidden } from "../pod-security-objections.ts";
import { withoutRefusedRoot } from "../root-refusal.ts";
import { settlePodFields } from "../security-fields.ts";
import { type WantedSecurity } from "../security-claims.ts";
import { judgeSecurity } from "../security-gate.ts";
import { type Turn } from "../turn.ts";
import { tellWorkingDir } from "../working-dir.ts";
import { type Security, securitySchema, securitySection, type SecurityGates } from "../security-schema.ts";

/**
 * The security contexts of Pod and containers. In the Pod's: `runAsUser`, `runAsGroup`, `runAsNonRoot`, `fsGroup`,
 * `fsGroupChangePolicy`, `seccompProfile`, `appArmorProfile`. In the step container's: `privileged`,
 * `allowPrivilegeEscalation`, `capabilities.drop`. What is set holds for every container, and so does a Pod Security
 * Standard, which has the last word: about what others wrote before, too.
 */
export const securityContext = defineMutation<Security, Security, boolean | SecurityGates>({
  about: "User, groups, profiles, privileges and capabilities of Pod and containers.",
  option: securitySchema,
  section: securitySection,
  unasked: ({ policy }) => profileOf(policy) !== undefined,
  judge: (asked, gate = true, scene) => judgeSecurity(asked, gate, scene),
  apply: (turn, wanted) => {
    const profile = profileOf(turn.scene.policy);
    if (profile === undefined) {
      settle(turn, wanted);
      return;
    }
    settle(turn, withoutForbidden(turn, wanted, profile));
    fillDemands(turn, profile);
    tellViolations(turn, profile);
  },
});

function settle(turn: Turn, wanted: WantedSecurity): void {
  const possible = withoutRefusedRoot(turn, wanted);
  settlePodFields(turn, possible);
  settleContainerFields(turn, possible);
  tellWorkingDir(turn);
}
