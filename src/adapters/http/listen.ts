import type { AddressInfo, Server } from "node:net";

/** Where a server should listen, and what an administrator would change if it cannot. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** The option that says the port, for messages: `--port`. */
  readonly option?: string;
}

/** A server cannot listen where it was told to; the message says where, why and what to change. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** Resolves with the address once the server accepts connections.
 * @throws {ListenError} when it never will
 */
export function listen(server: Server, place: Place): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      reject(new ListenError(describe(error, place), { cause: error }));
    };
    server.once("error", fail);
    server.listen(place.port, place.host, () => {
      server.off("error", fail);
      // A string only for pipes, null only before listening.
      resolve(server.address() as AddressInfo);
    });
  });
}

function describe(
  { code, message }: NodeJS.ErrnoException,
  { host, port, option = "--port" }: Place,
): string {
  const where = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const cannot = `cannot listen on ${where}`;
  switch (code ?? "") {
    case "EADDRINUSE":
      return `${cannot}: another process has that port; stop it, or choose another port with ${option}`;
    case "EACCES":
      return `${cannot}: this user may not open that port; choose one above 1023 with ${option}`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `${cannot}: "${host}" is no address of this machine; choose one with --host, 0.0.0.0 for all`;
    default:
      return `${cannot}: ${message}`;
  }
}
