import { type ClusterView } from "./cluster-view.ts";
import { type ConfigurationKind } from "./configuration-kind.ts";
import { type Remedy } from "./verdict.ts";

/** What to do about a caBundle that is not right, whoever has to write it. */
export function caRemedy(
  { names: { namespace, service, configuration } }: ClusterView,
  { resource }: ConfigurationKind,
  index: number,
): Remedy {
  const patch = `[{"op":"add","path":"/webhooks/${index}/clientConfig/caBundle","value":"'"$(base64 < ca.crt | tr -d '\\n')"'"}]`;
  return [
    "Podpecker writes it where it has --certificate-secret, and logs why it could not; cert-manager does where the configuration has its annotation cert-manager.io/inject-ca-from; otherwise put the CA there",
    `kubectl --namespace ${namespace} logs deployment/${service} --tail=50`,
    `kubectl patch ${resource} ${configuration} --type=json -p '${patch}'`,
  ];
}
