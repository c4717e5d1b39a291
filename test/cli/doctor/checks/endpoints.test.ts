import { describe, expect, it } from "vitest";

import { endpoints } from "#src/cli/doctor/checks/endpoints.ts";
import { brief, remedies } from "../brief.ts";
import * as healthy from "../healthy-view.ts";

const { healthyView, read, deployment } = healthy;

describe("the check of endpoints", () => {
  it.each([
    { ready: [true, true, true], says: "ok Endpoints: 3 of 3 replicas are ready" },
    { ready: [true, false], says: "warning Endpoints: 1 of 2 replicas are ready" },
    {
      ready: [true],
      says: "warning Endpoints: the only replica is ready: while it is replaced, no step can start",
    },
    { ready: [false, false], says: "failed Endpoints: 0 of 2 replicas are ready" },
    { ready: [], says: "failed Endpoints: 0 of 0 replicas are ready" },
  ])("says $says", ({ ready, says }) => {
    expect(brief(endpoints(healthyView({ endpointSlices: healthy.endpoints(...ready) })))).toEqual([says]);
  });

  it("takes what says nothing for ready, and counts a replica once for both families of addresses", () => {
    const replica = (name: string) => ({ targetRef: { name } });
    const slices = [
      { endpoints: [replica("a"), { ...replica("b"), conditions: { ready: null } }] },
      { endpoints: [replica("a"), replica("b")] },
      { endpoints: null },
    ];

    expect(brief(endpoints(healthyView({ endpointSlices: read(slices) })))).toEqual([
      "ok Endpoints: 2 of 2 replicas are ready",
    ]);
  });

  it("shows the commands that find out why, for the Pods of the Service", () => {
    const verdicts = endpoints(healthyView({ endpointSlices: healthy.endpoints() }));

    expect(remedies(verdicts)).toContain("kubectl --namespace podpecker get pods --selector app=podpecker");
    expect(remedies(verdicts)).toContain(
      "kubectl --namespace podpecker describe pods --selector app=podpecker",
    );
  });

  it("knows a Deployment that is scaled to nothing", () => {
    const { spec } = deployment();
    const view = healthyView({
      endpointSlices: healthy.endpoints(),
      deployment: read({ spec: { ...spec, replicas: 0 } }),
    });

    expect(brief(endpoints(view))).toEqual([
      "failed Endpoints: 0 of 0 replicas are ready: the Deployment is scaled to 0",
    ]);
    expect(remedies(endpoints(view))).toContain("scale deployment podpecker --replicas=2");
  });

  it("passes on why a Deployment gets no Pods", () => {
    const conditions = [
      { type: "Available", status: "False", message: "no" },
      { type: "ReplicaFailure", status: "True", message: 'pods "podpecker-" is forbidden: exceeded quota' },
    ];
    const view = healthyView({
      endpointSlices: healthy.endpoints(),
      deployment: read({ ...deployment(), status: { conditions } }),
    });

    expect(brief(endpoints(view))).toEqual([
      'failed Endpoints: 0 of 0 replicas are ready: pods "podpecker-" is forbidden: exceeded quota',
    ]);
  });

  it("has nothing to look at without a Service, or where a URL is called", () => {
    const absent = { state: "absent" } as const;
    const mutating = healthy.configuration({
      ...healthy.mutatingWebhook,
      clientConfig: { url: "https://a" },
    });

    expect(endpoints(healthyView({ service: absent }))).toEqual([]);
    expect(endpoints(healthyView({ mutating, validating: absent }))).toEqual([]);
  });
});
