/** How the Pod Security admission names what a check found, in the words that its denials begin with. */
export const REASONS: Readonly<Record<string, RegExp>> = {
  hostNamespaces: /host namespaces \(/,
  privileged: /[ ,]privileged \(/,
  capabilities_baseline: /non-default capabilities/,
  capabilities_restricted: /unrestricted capabilities/,
  hostPathVolumes: /hostPath volumes/,
  restrictedVolumes: /restricted volume types/,
  hostPorts: /hostPort \(/,
  hostProbesAndHostLifecycle: /probe or lifecycle host \(/,
  procMount: /procMount \(/,
  procMount_restricted: /procMount \(/,
  seLinuxOptions: /seLinuxOptions \(/,
  seccompProfile_baseline: /seccompProfile \(/,
  seccompProfile_restricted: /seccompProfile \(/,
  sysctls: /forbidden sysctls/,
  appArmorProfile: /forbidden AppArmor profile/,
  windowsHostProcess: /hostProcess \(/,
  runAsNonRoot: /runAsNonRoot != true/,
  runAsUser: /runAsUser=0 \(/,
  allowPrivilegeEscalation: /allowPrivilegeEscalation != false/,
};

/** Whether a refusal is the Pod Security admission's, rather than that of validation. */
export const isPodSecuritys = (refusal: string): boolean => refusal.includes("violates PodSecurity");
