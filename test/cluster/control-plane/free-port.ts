import { once } from "node:events";
import { createServer } from "node:net";

// Below the range that Linux gives to outgoing connections, so that a port is still free when its owner starts again.
const FIRST = 20_000;
const LAST = 32_000;

/** A port of 127.0.0.1 that nobody listens on, and that no outgoing connection will take. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if ((await whyNotListen(port, "127.0.0.1")) === undefined) return port;
  }
}

/** The code of the error with which listening there fails; none where it works. */
export async function whyNotListen(port: number, address: string): Promise<string | undefined> {
  const server = createServer().listen(port, address);
  try {
    await once(server, "listening");
  } catch (error) {
    if (error instanceof Error && "code" in error) return String(error.code);
    throw error;
  }
  server.close();
  await once(server, "close");
  return undefined;
}
