import { describe, expect, it } from "vitest";

import { namespaces } from "#src/cli/doctor/checks/namespaces.ts";
import { type Webhook } from "#src/cli/doctor/cluster-objects.ts";
import { brief, remedies } from "../brief.ts";
import { configuration, healthyView, mutatingWebhook, namespace, read } from "../healthy-view.ts";

const check = (...webhooks: readonly Partial<Webhook>[]) =>
  namespaces(
    healthyView({ mutating: configuration(...webhooks.map((parts) => ({ ...mutatingWebhook, ...parts }))) }),
  );

const named = (operator: string, ...values: string[]) => ({
  namespaceSelector: { matchExpressions: [{ key: "kubernetes.io/metadata.name", operator, values }] },
});

describe("the check of namespaces", () => {
  it("fails where none is chosen, with the label that is wanted", () => {
    const verdicts = namespaces(healthyView({ namespaces: read([namespace("ci")]) }));

    expect(brief(verdicts)).toEqual([
      "failed Namespaces: none is chosen by the selectors: no Pod comes to Podpecker",
    ]);
    expect(remedies(verdicts)).toContain("kubectl label namespace NAMESPACE podpecker.dev/enabled=true");
  });

  it("says where to look when the selectors name no label", () => {
    expect(remedies(check(named("In", "nowhere")))).toContain(
      "kubectl get mutatingwebhookconfiguration podpecker -o jsonpath=",
    );
  });

  it("joins what several webhooks choose", () => {
    expect(brief(check({}, named("In", "other", "kube-public"), named("In", "ci-b")))).toEqual([
      "ok Namespaces: 2 of 4 are chosen: ci-a, ci-b",
    ]);
  });

  it("names the match conditions, which it cannot follow", () => {
    expect(brief(check({ matchConditions: [{ name: "not-a-mirror" }] }))).toEqual([
      "ok Namespaces: 2 of 4 are chosen, as far as the match conditions say (not-a-mirror): ci-a, ci-b",
    ]);
  });

  it("warns of namespaces that must not wait for Podpecker", () => {
    expect(brief(check({ namespaceSelector: undefined }))).toEqual([
      "ok Namespaces: 4 of 4 are chosen: ci-a, ci-b, kube-system, podpecker",
      'warning Namespaces: "podpecker" is chosen, too: its Pods cannot start while Podpecker is away',
      'warning Namespaces: "kube-system" is chosen, too: its Pods cannot start while Podpecker is away',
    ]);
  });

  it("says nothing where no webhook is ours", () => {
    expect(check()).toEqual([]);
    expect(namespaces(healthyView({ mutating: { state: "absent" } }))).toEqual([]);
  });
});
