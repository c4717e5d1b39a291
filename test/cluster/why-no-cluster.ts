import { missingBinaries } from "./assets/binaries.ts";
import { whyNotListen } from "./control-plane/free-port.ts";

// One that no control plane of the tests gives to a Service.
const SOME_SERVICE = "127.63.0.1";

/** Why no control plane can run on this machine, and what to do about it; nothing where one can. */
export async function whyNoCluster(): Promise<string | undefined> {
  if (process.platform !== "linux")
    return `Services have loopback addresses of their own here, which Linux has and "${process.platform}" has not`;
  const missing = missingBinaries();
  if (missing.length > 0)
    return `${missing.join(", ")}: not there; get what is missing by npm run cluster:assets`;
  if ((await whyNotListen(443, SOME_SERVICE)) === "EACCES")
    return "this user may not listen on port 443, as the Service of a webhook does; allow it by sysctl -w net.ipv4.ip_unprivileged_port_start=443";
  return undefined;
}
