import type { Certificate } from "./parse-certificate.ts";

/** What a TLS server serves a certificate with, at start and at each rotation alike. */
export const secureContext = ({ cert, key }: Pick<Certificate, "cert" | "key">) => ({
  cert,
  key,
  // 1.3 is preferred by OpenSSL wherever the client knows it.
  minVersion: "TLSv1.2" as const,
});
