import type { Server } from "node:tls";

import { CertificateError } from "./certificate-error.ts";
import type { Pair } from "./parse-certificate.ts";
import { secureContext } from "./secure-context.ts";

/** What a rotation reads from and reports to. */
export interface RotationParts<Read extends Pair> {
  /** What the server started with. */
  readonly serving: Pair;
  readonly read: () => Promise<Read>;
  readonly onRotated: (certificate: Read) => void;
  /** The new pair is bad; the one in use stays. */
  readonly onKept: (error: CertificateError) => void;
}

/** Makes the function that puts a newly read pair in force for new connections; those that are open stay as they are. */
export function createRotation<Read extends Pair>(
  server: Server,
  parts: RotationParts<Read>,
): () => Promise<void> {
  const { read, onRotated, onKept } = parts;
  let { serving } = parts;
  return async () => {
    try {
      const certificate = await read();
      if (certificate.cert === serving.cert && certificate.key === serving.key) return;
      // It forgets every option that is not given again, so the lowest version must be.
      server.setSecureContext(secureContext(certificate));
      serving = certificate;
      onRotated(certificate);
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      onKept(error);
    }
  };
}
