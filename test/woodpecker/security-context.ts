import { omitEmpty } from "#test/woodpecker/omit-empty.ts";
import { type Container, type PodSecurityContext } from "#test/woodpecker/pod.ts";
import { type Agent } from "#test/woodpecker/settings.ts";
import {
  type Case,
  type Era,
  type Options,
  type Profile,
  type SecurityContextOption,
  type Step,
} from "#test/woodpecker/step.ts";

/** What a step's `securityContext` becomes at the Pod (woodpecker.md section 7.1). */
export function podSecurityContext(
  { era, step, options }: Pick<Case, "era" | "step" | "options">,
  agent: Agent,
): PodSecurityContext | undefined {
  const asked = options.securityContext ?? {};
  const guarded = (id: number | undefined) => (id === 0 && !mayBeRoot(era, step, options) ? undefined : id);
  const context = omitEmpty<PodSecurityContext>({
    runAsNonRoot: agent.runAsNonRoot ? true : asked.runAsNonRoot,
    runAsUser: guarded(asked.runAsUser),
    runAsGroup: guarded(asked.runAsGroup),
    fsGroup: era === "2.8" ? guarded(asked.fsGroup) : (asked.fsGroup ?? agent.fsGroup),
    seccompProfile: profile(asked.seccompProfile),
    appArmorProfile: era === "2.8" ? undefined : profile(asked.apparmorProfile),
  });
  if (Object.keys(context).length === 0) return undefined;
  return { ...context, ...changePolicy(era, asked) };
}

/** What a step's `securityContext` becomes at its container (woodpecker.md section 7.2). */
export function containerSecurityContext(
  era: Era,
  step: Step,
  asked: SecurityContextOption = {},
): Container["securityContext"] {
  const privileged = step.privileged === true && asked.privileged !== false;
  const context = { ...(privileged && { privileged }), ...(era === "3.17" && lessened(asked)) };
  return Object.keys(context).length === 0 ? undefined : context;
}

/** Whether the backend lets a step ask for the ids 0. */
export const mayBeRoot = (era: Era, step: Step, options: Options): boolean =>
  step.privileged === true || (era === "3.17" && options.hostUsers === false);

const profile = (asked: Profile | undefined) =>
  asked && omitEmpty<Profile>({ type: asked.type, localhostProfile: asked.localhostProfile });

function changePolicy(era: Era, asked: SecurityContextOption): PodSecurityContext {
  const policy = asked.fsGroupChangePolicy;
  return era === "3.17" && policy !== undefined ? { fsGroupChangePolicy: policy } : {};
}

function lessened({ allowPrivilegeEscalation, capabilities }: SecurityContextOption) {
  const drop = capabilities?.drop ?? [];
  return {
    ...(allowPrivilegeEscalation === false && { allowPrivilegeEscalation }),
    ...(drop.length > 0 && { capabilities: { drop: [...drop] } }),
  };
}
