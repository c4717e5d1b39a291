import { dirname } from "node:path";

import { findBinary } from "./assets/binaries.ts";
import { type ControlPlane, startControlPlane } from "./control-plane/control-plane.ts";
import { addNodes, NODES } from "./control-plane/nodes.ts";
import { addExampleNamespace } from "./example-namespace.ts";
import { startWebhook, type Webhook } from "./start-webhook.ts";
import { whyNoCluster } from "./why-no-cluster.ts";

const tell = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** `npm run cluster`: a control plane for a person, until Ctrl-C. */
async function run(): Promise<void> {
  tell("Starting a control plane, which takes some seconds");
  const plane = await startControlPlane();
  const stopping = stopSignal();
  try {
    await addNodes(plane, NODES);
    await addExampleNamespace(plane);
    tell(whatToDo(plane, await startWebhook(plane)));
    await stopping;
    tell("Stopping");
  } finally {
    await plane.stop();
  }
}

// A terminal's Ctrl-C comes more than once, since npm passes it on: only the first one means anything.
const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
      process.on(signal, () => {
        resolve();
      });
  });

function whatToDo({ kubeconfig, directory }: ControlPlane, { replica, address }: Webhook): string {
  const nodes = NODES.map(({ name }) => name).join(", ");
  return `
The control plane is ready, with the nodes ${nodes}. The webhook is behind https://${address}
(127.0.0.1:${replica.port}, metrics on ${replica.metrics}), and reviews Pods of namespaces
with the label podpecker.dev/enabled=true. Logs are in ${directory}/logs.

In another terminal:

  export KUBECONFIG=${kubeconfig}
  export PATH=${dirname(findBinary("kubectl") ?? "")}:$PATH
  kubectl create -f manifests/examples/steps/build.yaml
  kubectl get pods --namespace woodpecker --output wide

Ctrl-C takes everything away.
`;
}

const reason = await whyNoCluster();
if (reason === undefined) {
  await run();
  // What is still open, such as the address of the Service, is of no use to anybody.
  process.exit();
} else {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 2;
}
