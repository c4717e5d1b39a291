import { dirname } from "node:path";

import { findBinary } from "./assets/binaries.ts";
import { type ControlPlane, startControlPlane } from "./control-plane/control-plane.ts";
import { addNodes, NODES } from "./control-plane/nodes.ts";
import { addExampleNamespace } from "./example-namespace.ts";
import { Installation } from "./installation.ts";
import { whyNoCluster } from "./why-no-cluster.ts";

const REPLICAS = 2;

const tell = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** `npm run cluster`: a control plane with the shipped manifests in it for a person, until Ctrl-C. */
async function run(): Promise<void> {
  tell("Starting a control plane and Podpecker in it, which takes some seconds");
  const plane = await startControlPlane();
  const stopping = stopSignal();
  try {
    await addNodes(plane, NODES);
    await addExampleNamespace(plane);
    tell(whatToDo(plane, await install(plane)));
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

async function install(plane: ControlPlane): Promise<Installation> {
  const installation = await Installation.in(plane);
  for (let count = 0; count < REPLICAS; count += 1) await installation.addReplica();
  await installation.untilInEffect();
  return installation;
}

function whatToDo({ kubeconfig, directory }: ControlPlane, { replicas, service }: Installation): string {
  const nodes = NODES.map(({ name }) => name).join(", ");
  const served = replicas.map(({ port, metrics }) => `  127.0.0.1:${port}, metrics on ${metrics}`);
  return `
The control plane is ready, with the nodes ${nodes} and what manifests/base has in it. The webhook reviews Pods of
namespaces with the label podpecker.dev/enabled=true. It is behind https://${service.address}, as replicas that share a certificate:

${served.join("\n")}

Logs are in ${directory}/logs.

In another terminal:

  export KUBECONFIG=${kubeconfig}
  export PATH=${dirname(findBinary("kubectl") ?? "")}:$PATH
  kubectl create -f manifests/examples/steps/build.yaml
  kubectl get pods --namespace woodpecker --output wide

To change the policy, which is in force as soon as it is written:

  kubectl -n podpecker edit configmap default-policy

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
