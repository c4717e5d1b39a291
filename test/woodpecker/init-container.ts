import { type Container, type PodSecurityContext } from "#test/woodpecker/pod.ts";
import { type Agent } from "#test/woodpecker/settings.ts";

// So that the step's user need not be the owner of the volume (woodpecker.md section 14).
const FEW = { cpu: "5m", memory: "12Mi" };

/** The container that makes the working directory below a mount, where the step's user is not root. */
export function initContainer(
  container: Container,
  security: PodSecurityContext | undefined,
  agent: Agent,
): Container[] {
  const { workingDir = "", volumeMounts = [] } = container;
  const above = volumeMounts.filter(({ mountPath }) => workingDir.startsWith(`${mountPath}/`));
  if ((security?.runAsUser ?? 0) === 0 || above.length === 0) return [];
  return [
    {
      name: `init-${container.name}`,
      image: agent.permissionInitImage,
      imagePullPolicy: "Always",
      args: ["mkdir", "-p", workingDir],
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      resources: { requests: FEW, limits: FEW },
      volumeMounts: above,
    },
  ];
}
