import { once } from "node:events";
import { createServer } from "node:net";

// Below the range that Linux gives to outgoing connections, so that a port is still free when its owner starts again.
const FIRST = 20_000;
const LAST = 32_000;

/** A port of 127.0.0.1 that nobody listens on, and that no outgoing connection will take. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await canListen(port, "127.0.0.1")) return port;
  }
}

/** Whether this process may listen there, now. */
export async function canListen(port: number, address: string): Promise<boolean> {
  const server = createServer().listen(port, address);
  try {
    await once(server, "listening");
    server.close();
    await once(server, "close");
    return true;
  } catch {
    return false;
  }
}
