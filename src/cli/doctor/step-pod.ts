import { BACKEND_OPTIONS } from "../../engine/annotations.ts";
import { isLabelValue } from "../../kubernetes/names.ts";
import { type Pod } from "../../kubernetes/pod.ts";
import { labelPatterns } from "../../policy/match.ts";
import { type Match } from "../../policy/policy-document.ts";

const NAME = "podpecker-doctor";

// Runs nowhere: a dry run keeps nothing.
const IMAGE = "registry.k8s.io/pause:3.10";

/** A Pod as a step's is, with these options, for which a policy with this `match` is; it meets the strictest Pod Security profile. */
export function stepPod(options: string, match: Match = {}): Pod {
  const labels = labelPatterns(match).flatMap(([key, [pattern = ""]]) => {
    const value = filled(pattern);
    return isLabelValue(value) ? [[key, value] as const] : [];
  });
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: `${NAME}-`,
      labels: Object.fromEntries(labels),
      annotations: { [BACKEND_OPTIONS]: options },
    },
    spec: {
      restartPolicy: "Never",
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: NAME,
          image: filled(match.images?.[0] ?? IMAGE),
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    },
  };
}

/** A text that a pattern covers. */
const filled = (pattern: string): string => pattern.replaceAll(/\*+/g, "doctor");
