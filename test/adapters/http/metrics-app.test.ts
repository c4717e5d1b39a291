import { onTestFinished, describe, expect, it } from "vitest";

import type { Defect } from "#src/adapters/http/failure.ts";
import { listen } from "#src/adapters/http/listen.ts";
import { createMetricsApp, type MetricsParts } from "#src/adapters/http/metrics-app.ts";
import { createPlainWebServer } from "#src/adapters/http/web-server.ts";

async function start(render: MetricsParts["render"]) {
  const defects: Defect[] = [];
  const onDefect = (defect: Defect) => defects.push(defect);
  const { server } = createPlainWebServer(
    createMetricsApp({ render, onDefect, lifecycle: { draining: false } }),
  );
  const { port } = await listen(server, { host: "127.0.0.1", port: 0 });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${port}`, defects };
}

describe("the metrics port", () => {
  it("serves what it is given, in its own type", async () => {
    const { url } = await start(() =>
      Promise.resolve({ contentType: "text/plain; version=0.0.4", text: "up 1\n" }),
    );

    const reply = await fetch(`${url}/metrics`);

    expect(reply.headers.get("content-type")).toBe("text/plain; version=0.0.4");
    expect(await reply.text()).toBe("up 1\n");
  });

  it.each([
    { path: "/", method: "GET", status: 404 },
    { path: "/metrics", method: "POST", status: 405 },
  ])("$method $path: $status", async ({ path, method, status }) => {
    const { url } = await start(() => Promise.resolve({ contentType: "text/plain", text: "" }));

    const reply = await fetch(url + path, { method });

    expect(reply.status).toBe(status);
    expect(await reply.json()).toEqual({ error: expect.any(String) as unknown });
  });

  it("answers 500 and reports when rendering fails", async () => {
    const { url, defects } = await start(() => Promise.reject(new Error("broken")));

    const reply = await fetch(`${url}/metrics`);

    expect(reply.status).toBe(500);
    expect(await reply.text()).not.toContain("broken");
    expect(defects).toEqual([{ error: new Error("broken"), uid: "", path: "/metrics" }]);
  });
});
