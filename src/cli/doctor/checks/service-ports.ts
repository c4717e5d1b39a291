import { type ClusterView } from "../cluster-view.ts";
import { allOurWebhooks } from "../our-webhooks.ts";
import { unread } from "../reading.ts";
import { failed, ok, type Verdict } from "../verdict.ts";

const ABOUT = "Service";

// Of clientConfig.service.port, where it is left out.
const DEFAULT_PORT = 443;

/** The Service that the API server calls is there, with the port that it calls. */
export function servicePorts(view: ClusterView): Verdict[] {
  const { service: reading, names } = view;
  const webhooks = allOurWebhooks(view);
  const called = webhooks.flatMap(({ clientConfig: { service } }) => service ?? []);
  if (webhooks.length > 0 && called.length === 0)
    return [ok(ABOUT, "none is called: the configurations name a URL")];
  const name = `${names.namespace}/${names.service}`;
  if (reading.state === "absent")
    return [
      failed(ABOUT, `there is no Service ${name}`, [
        "apply it with the other manifests, or say with --namespace and --service where it is",
        "kubectl get services --all-namespaces | grep -i podpecker",
      ]),
    ];
  if (reading.state !== "read") return [unread(ABOUT, reading)];
  const offered = (reading.value.spec.ports ?? []).map(({ port }) => port);
  const wanted = [...new Set(called.map(({ port = DEFAULT_PORT }) => port))];
  const missing = wanted.filter((port) => !offered.includes(port));
  if (missing.length === 0)
    return [ok(ABOUT, `${name} has port ${wanted.length === 0 ? offered.join(", ") : wanted.join(", ")}`)];
  return [
    failed(
      ABOUT,
      `${name} has port ${offered.join(", ")}; the configurations call port ${missing.join(", ")}`,
      [
        "make the ports one and the same, in the Service or in clientConfig.service.port",
        `kubectl --namespace ${names.namespace} edit service ${names.service}`,
      ],
    ),
  ];
}
