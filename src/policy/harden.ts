import { type Security } from "../engine/security-schema.ts";
import { type Merger } from "./merge.ts";
import { type Policy } from "./policy.ts";
import { valueAt } from "../text/value-at.ts";

const SET = ["securityContext", "set"];

// What takes rights away, whatever else is set.
const STRICT: Partial<Record<keyof Security, unknown>> = {
  privileged: false,
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
};

/** Of what a layer sets for every container's security, what takes rights away: it restricts, also where the layer may not match. */
export function harden(merger: Merger, { name: layer, document }: Policy): void {
  // The schema of the section has checked it.
  const security = (valueAt(document, SET) ?? {}) as Security;
  for (const option of Object.keys(security) as (keyof Security)[]) {
    const path = [...SET, option];
    if (hardens(option, security) && (STRICT[option] !== undefined || merger.valueAt(path) === undefined))
      merger.put(path, security[option], { layer, path });
  }
  const path = [...SET, "capabilities"];
  merger.put(path, security.capabilities, { layer, path });
}

function hardens(option: keyof Security, security: Security): boolean {
  if (option in STRICT) return security[option] === STRICT[option];
  if (option === "seccompProfile" || option === "apparmorProfile")
    return security[option]?.type !== "Unconfined";
  return ["runAsUser", "runAsGroup", "fsGroup"].includes(option) && security[option] !== 0;
}
