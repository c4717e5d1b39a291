import { describe, expect, it } from "vitest";

import { servicePorts } from "#src/cli/doctor/checks/service-ports.ts";
import { type ClusterView } from "#src/cli/doctor/cluster-view.ts";
import { brief, remedies } from "../brief.ts";
import { configuration, healthyView, mutatingWebhook, read, validatingWebhook } from "../healthy-view.ts";

const withPorts = (...ports: number[]): ClusterView["service"] =>
  read({ metadata: { name: "podpecker" }, spec: { ports: ports.map((port) => ({ port })) } });

const called = (port?: number) => {
  const service = { name: "podpecker", namespace: "podpecker", ...(port === undefined ? {} : { port }) };
  return { ...mutatingWebhook, clientConfig: { service } };
};

describe("the check of the Service", () => {
  it("fails without one", () => {
    const verdicts = servicePorts(healthyView({ service: { state: "absent" } }));

    expect(brief(verdicts)).toEqual(["failed Service: there is no Service podpecker/podpecker"]);
    expect(remedies(verdicts)).toContain("kubectl get services --all-namespaces");
  });

  it.each([
    { ports: [443, 80], port: undefined, says: "ok Service: podpecker/podpecker has port 443" },
    {
      ports: [8443],
      port: undefined,
      says: "failed Service: podpecker/podpecker has port 8443; the configurations call port 443",
    },
    { ports: [8443], port: 8443, says: "ok Service: podpecker/podpecker has port 8443" },
  ])("compares ports: $says", ({ ports, port, says }) => {
    const view = healthyView({
      service: withPorts(...ports),
      mutating: configuration(called(port)),
      validating: { state: "absent" },
    });

    expect(brief(servicePorts(view))).toEqual([says]);
  });

  it("looks at both configurations", () => {
    const view = healthyView({
      mutating: configuration(called(443)),
      validating: configuration({ ...validatingWebhook, ...called(9443) }),
    });

    expect(brief(servicePorts(view))).toEqual([
      "failed Service: podpecker/podpecker has port 443; the configurations call port 9443",
    ]);
  });

  it("tells the port where nobody calls it", () => {
    const absent = { state: "absent" } as const;

    expect(brief(servicePorts(healthyView({ mutating: absent, validating: absent })))).toEqual([
      "ok Service: podpecker/podpecker has port 443",
    ]);
  });

  it("needs none where a URL is called", () => {
    const mutating = configuration({
      ...mutatingWebhook,
      clientConfig: { url: "https://podpecker.example" },
    });
    const absent = { state: "absent" } as const;

    expect(brief(servicePorts(healthyView({ mutating, validating: absent, service: absent })))).toEqual([
      "ok Service: none is called: the configurations name a URL",
    ]);
  });
});
