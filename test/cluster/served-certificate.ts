import { once } from "node:events";
import { connect } from "node:tls";

import { type Replica } from "./control-plane/replica.ts";

/** The fingerprint of the certificate that a replica shows to a new connection. */
export async function servedCertificate({ port }: Replica): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}
