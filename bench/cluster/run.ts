import { startControlPlane } from "../../test/cluster/control-plane/control-plane.ts";
import { addNodes, NODES } from "../../test/cluster/control-plane/nodes.ts";
import { whyNoCluster } from "../../test/cluster/why-no-cluster.ts";
import { measure, type Measured } from "./measure.ts";
import { report } from "./report.ts";

const SECONDS = 60;

/** `npm run bench:cluster -- SECONDS`: creations of Pods in a control plane of its own. */
async function run(seconds: number): Promise<Measured> {
  const plane = await startControlPlane();
  try {
    await addNodes(plane, NODES);
    return await measure(plane, seconds);
  } finally {
    await plane.stop();
  }
}

const reason = await whyNoCluster();
const seconds = Number(process.argv[2] ?? SECONDS);
if (reason !== undefined) {
  process.stderr.write(`${reason}\n`);
  process.exitCode = 2;
} else if (!(seconds > 0)) {
  process.stderr.write(`"${process.argv[2] ?? ""}" is no number of seconds; give one above 0\n`);
  process.exitCode = 2;
} else {
  process.stdout.write(`${report(await run(seconds))}\n`);
}
