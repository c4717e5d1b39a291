import { type Server } from "node:https";

import { type Watch, watchFiles } from "../../adapters/files/watch-files.ts";
import { readCertificate } from "../../adapters/tls/read-certificate.ts";
import { createRotation } from "../../adapters/tls/rotation.ts";
import { type Reports } from "./reports.ts";
import { type ServingCertificate } from "./serving-certificate.ts";

/** Has a server take over what its certificate's files become; nothing to watch where there are none. */
export async function watchCertificate(
  server: Server,
  serving: ServingCertificate,
  { certificateServed, certificateRotated, certificateKept, defect }: Reports,
): Promise<Watch | undefined> {
  certificateServed(serving);
  if (serving.onDisk === undefined) return undefined;
  const { first, certFile, keyFile } = serving.onDisk;
  const rotate = createRotation(server, {
    serving: first,
    read: () => readCertificate(certFile, keyFile),
    onRotated: certificateRotated,
    onKept: certificateKept,
  });
  const watch = watchFiles([certFile, keyFile], rotate, {
    onDefect: (error) => {
      defect({ error });
    },
  });
  // It may have changed between its being read and its being watched.
  await rotate();
  return watch;
}
