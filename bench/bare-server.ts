import { createServer } from "node:https";
import { type AddressInfo } from "node:net";

import { createSelfSigned } from "../src/adapters/tls/create-self-signed.ts";

// The yardstick: TLS, the same body parsed as JSON, a fixed patch for an answer, and nothing else.
const operations = [{ op: "add", path: "/metadata/labels/ci", value: "woodpecker" }];
const patch = Buffer.from(JSON.stringify(operations)).toString("base64");

const { cert, key } = await createSelfSigned({ hosts: ["127.0.0.1"] });
const server = createServer({ cert, key }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const review = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { request: { uid: string } };
    const answer = { uid: review.request.uid, allowed: true, patchType: "JSONPatch", patch };
    const body = JSON.stringify({
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
      response: answer,
    });
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => {
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  process.send?.({ port });
});
process.on("message", () => process.send?.({ cpu: process.cpuUsage() }));
process.on("disconnect", () => process.exit(0));
