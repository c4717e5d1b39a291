import { describe, expect, it } from "vitest";

import { dryRunPod } from "#src/adapters/cluster/dry-run-pod.ts";
import { connected, status } from "./connected.ts";

const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "step" }, spec: { fieldOfTomorrow: 1 } };

describe("a Pod created by way of trial", () => {
  it("comes back as it would be, with all its fields and the server's warnings", async () => {
    const { api, cluster } = await connected();
    const admitted = { ...pod, spec: { fieldOfTomorrow: 1, fieldOfNextYear: 2 } };

    const running = dryRunPod(cluster, { namespace: "ci", pod });
    const exchange = await api.next();
    exchange.reply(201, admitted, {
      Warning: ['299 - "unknown field \\"a\\""', '299 podpecker "nodeSelector: not granted, see \\\\ acme"'],
    });

    expect(exchange.asked).toBe("POST /api/v1/namespaces/ci/pods");
    expect(exchange.query).toEqual({ dryRun: "All" });
    expect(exchange.body).toEqual(pod);
    expect(await running).toEqual({
      outcome: "admitted",
      pod: admitted,
      warnings: ['unknown field "a"', "nodeSelector: not granted, see \\ acme"],
    });
  });

  it("that is refused comes with the reason, as data", async () => {
    const { api, cluster } = await connected();
    const refused = {
      ...status(403, 'admission webhook "pods.podpecker.dev" denied the request', "Forbidden"),
      details: { causes: [] },
    };

    const running = dryRunPod(cluster, { namespace: "ci", pod });
    (await api.next()).reply(403, refused, { Warning: ['299 - "w"'] });

    expect(await running).toEqual({ outcome: "refused", status: refused, warnings: ["w"] });
  });

  it("that is answered by something else is an error", async () => {
    const { api, cluster } = await connected();

    const running = dryRunPod(cluster, { namespace: "ci", pod });
    (await api.next()).reply(502, "<html>Bad gateway</html>");

    await expect(running).rejects.toThrow('cannot create pods in namespace "ci" (502)');
  });
});
