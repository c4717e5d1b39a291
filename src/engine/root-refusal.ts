import { type Turn } from "./turn.ts";
import { type WantedSecurity } from "./security-claims.ts";

/** What is wanted without user 0 where the Pod must not run as root: the kubelet would never start it. */
export function withoutRefusedRoot(turn: Turn, wanted: WantedSecurity): WantedSecurity {
  const { granted } = wanted;
  if (granted?.runAsUser !== 0) return wanted;
  const rule = nonRootRule(turn, wanted);
  if (rule === undefined) return wanted;
  turn.find("root-refused", [turn.id, "runAsUser"], {
    message: "is not given: the Pod must not run as root (runAsNonRoot)",
    rule,
  });
  const rest = { ...granted };
  delete rest.runAsUser;
  return { ...wanted, granted: rest };
}

/** The rule by which the Pod will have `runAsNonRoot: true`, by the precedence of every field. */
function nonRootRule(turn: Turn, { set, granted, default: fallback }: WantedSecurity): string | undefined {
  const own =
    turn.draft.read([...turn.scene.step.path, "securityContext", "runAsNonRoot"]) ??
    turn.draft.read(["spec", "securityContext", "runAsNonRoot"]);
  const claims = [
    { value: set?.runAsNonRoot, rule: turn.rule("set", "runAsNonRoot") },
    { value: granted?.runAsNonRoot, rule: turn.rule("fromStep") },
    { value: own, rule: "pod#/spec/securityContext/runAsNonRoot" },
    { value: fallback?.runAsNonRoot, rule: turn.rule("default", "runAsNonRoot") },
  ];
  const strongest = claims.find(({ value }) => value !== undefined);
  return strongest?.value === true ? strongest.rule : undefined;
}
