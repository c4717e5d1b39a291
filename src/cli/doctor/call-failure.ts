import { caRemedy } from "./ca-remedy.ts";
import { type ClusterView } from "./cluster-view.ts";
import { type ConfigurationKind } from "./configuration-kind.ts";
import { type Remedy } from "./verdict.ts";

/** What to do about a call of the API server to Podpecker that failed, by the words of its HTTP client. */
export function callFailureRemedy(reason: string, view: ClusterView, called: Called): Remedy {
  const [, remedy] = failures.find(([pattern]) => pattern.test(reason)) ?? [];
  return remedy?.(view, called) ?? logs(view, "see what the replicas log about it");
}

/** The webhook that was called. */
interface Called {
  readonly kind: ConfigurationKind;
  /** Its place in the configuration. */
  readonly index: number;
}

const failures: readonly (readonly [RegExp, (view: ClusterView, called: Called) => Remedy])[] = [
  // https://github.com/golang/go/blob/go1.25.0/src/crypto/x509/verify.go#L99
  [/x509: .*unknown authority/, (view, { kind, index }) => caRemedy(view, kind, index)],
  [
    /x509: .*(expired|not yet valid)/,
    (view) =>
      logs(
        view,
        "renew the certificate, which Podpecker does by itself where it makes its own; and see whether the clocks are right",
      ),
  ],
  [
    /x509: /,
    ({ names: { service, namespace } }) => [
      `the certificate must be for ${service}.${namespace}.svc: see --service and --namespace of podpecker serve, dnsNames of cert-manager, or make another`,
    ],
  ],
  [/service "[^"]*" not found|no such host/, services],
  [
    /no endpoints available|connection refused|connection reset|EOF/,
    (view) => pods(view, "see why no replica answers"),
  ],
  [
    /deadline exceeded|timed out|(i\/o|handshake) timeout|Client\.Timeout/,
    (view) =>
      pods(
        view,
        "see whether the replicas are well, and let the API server reach their port 8443: NetworkPolicies, firewalls between control plane and nodes",
      ),
  ],
];

function services({ names: { namespace } }: ClusterView): Remedy {
  return ["make the Service, or mend clientConfig.service", `kubectl --namespace ${namespace} get services`];
}

function logs({ names: { namespace, service } }: ClusterView, words: string): Remedy {
  return [words, `kubectl --namespace ${namespace} logs deployment/${service} --tail=50`];
}

function pods({ names: { namespace } }: ClusterView, words: string): Remedy {
  const kubectl = `kubectl --namespace ${namespace}`;
  return [words, `${kubectl} get pods -o wide`, `${kubectl} describe pods`];
}
