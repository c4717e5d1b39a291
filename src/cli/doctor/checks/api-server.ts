import { type ClusterView } from "../cluster-view.ts";
import { unread } from "../reading.ts";
import { failed, ok, type Verdict, warning } from "../verdict.ts";

const ABOUT = "API server";

// The first with matchConditions and the AppArmor field of containers, which the manifests and the default of `apparmor` rely on.
const OLDEST_MINOR = 30;

/** The API server answers, and is of a version that Podpecker is made for. */
export function apiServer({ server, version }: ClusterView): Verdict[] {
  if (version.state === "absent")
    return [
      failed(ABOUT, `${server} does not tell its version: is it an API server?`, [
        "name the cluster with --kubeconfig or --context",
        "kubectl version",
      ]),
    ];
  if (version.state !== "read") return [unread(ABOUT, version)];
  const answers = `${server} answers, version ${version.value}`;
  if (!isOld(version.value)) return [ok(ABOUT, answers)];
  return [
    warning(ABOUT, `${answers}; Podpecker is tested with 1.${OLDEST_MINOR} and later`, [
      "upgrade the cluster, or try a step of each kind before relying on it",
    ]),
  ];
}

/** Distributions append words of their own: `v1.29.4-eks-036c24b`. */
function isOld(version: string): boolean {
  const [, major = "", minor = ""] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return major === "1" && Number(minor) < OLDEST_MINOR;
}
