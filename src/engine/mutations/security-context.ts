import { settleContainerFields } from "../container-security.ts";
import { defineMutation } from "../mutation.ts";
import { withoutRefusedRoot } from "../root-refusal.ts";
import { settlePodFields } from "../security-fields.ts";
import { judgeSecurity } from "../security-gate.ts";
import { tellWorkingDir } from "../working-dir.ts";
import { type Security, securitySchema, securitySection, type SecurityGates } from "../security-schema.ts";

/**
 * The security contexts of Pod and containers. In the Pod's: `runAsUser`, `runAsGroup`, `runAsNonRoot`, `fsGroup`,
 * `fsGroupChangePolicy`, `seccompProfile`, `appArmorProfile`. In the step container's: `privileged`,
 * `allowPrivilegeEscalation`, `capabilities.drop`. What is set holds for every container.
 */
export const securityContext = defineMutation<Security, Security, boolean | SecurityGates>({
  about: "User, groups, profiles, privileges and capabilities of Pod and containers.",
  option: securitySchema,
  section: securitySection,
  judge: (asked, gate = true, scene) => judgeSecurity(asked, gate, scene),
  apply: (turn, wanted) => {
    const possible = withoutRefusedRoot(turn, wanted);
    settlePodFields(turn, possible);
    settleContainerFields(turn, possible);
    tellWorkingDir(turn);
  },
});
