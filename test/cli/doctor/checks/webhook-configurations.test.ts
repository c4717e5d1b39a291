import { describe, expect, it } from "vitest";

import { type Webhook } from "#src/cli/doctor/cluster-objects.ts";
import {
  mutatingConfiguration,
  validatingConfiguration,
} from "#src/cli/doctor/checks/webhook-configurations.ts";
import { brief, remedies } from "../brief.ts";
import { configuration, healthyView, mutatingWebhook, validatingWebhook } from "../healthy-view.ts";

const absent = { state: "absent" } as const;
const elsewhere = { clientConfig: { service: { name: "other", namespace: "apps" } } };

const mutating = (parts: Partial<Webhook>) =>
  mutatingConfiguration(healthyView({ mutating: configuration({ ...mutatingWebhook, ...parts }) }));

const validating = (parts: Partial<Webhook>) =>
  validatingConfiguration(healthyView({ validating: configuration({ ...validatingWebhook, ...parts }) }));

describe("the check of the mutating configuration", () => {
  it("fails without one", () => {
    const verdicts = mutatingConfiguration(healthyView({ mutating: absent }));

    expect(brief(verdicts)).toEqual([
      'failed Mutating configuration: there is no MutatingWebhookConfiguration "podpecker": no Pod comes to Podpecker',
    ]);
    expect(remedies(verdicts)).toContain("kubectl get mutatingwebhookconfigurations");
  });

  it("fails for one that leads elsewhere", () => {
    expect(brief(mutating(elsewhere))).toEqual([
      'failed Mutating configuration: "podpecker" leads to Service apps/other, not to Service podpecker/podpecker',
    ]);
  });

  it("fails for one without webhooks", () => {
    expect(brief(mutatingConfiguration(healthyView({ mutating: configuration() })))).toEqual([
      'failed Mutating configuration: "podpecker" has no webhooks',
    ]);
  });

  it("looks at each of its webhooks that is ours", () => {
    const view = healthyView({
      mutating: configuration({ ...mutatingWebhook, ...elsewhere, name: "other" }, mutatingWebhook, {
        ...mutatingWebhook,
        name: "more.podpecker.dev",
      }),
    });

    expect(mutatingConfiguration(view).map(({ says }) => says.split(" ")[0])).toEqual([
      '"pods.podpecker.dev"',
      '"more.podpecker.dev"',
    ]);
  });

  it("takes a URL for its own", () => {
    expect(brief(mutating({ clientConfig: { url: "https://podpecker.example/mutate" } }))).toEqual([
      'ok Mutating configuration: "pods.podpecker.dev" brings Pods that are created to https://podpecker.example/mutate',
    ]);
  });

  it.each([
    { rules: undefined },
    { rules: [] },
    { rules: [{ apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }] },
    { rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["UPDATE"], resources: ["pods"] }] },
    { rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods/exec"] }] },
  ])("fails for rules $rules", ({ rules }) => {
    expect(brief(mutating({ rules }))).toEqual([
      'failed Mutating configuration: "pods.podpecker.dev" has no rule for CREATE of pods',
    ]);
  });

  it.each(["*", "*/*"])("takes rules of stars: %s", (resources) => {
    const rules = [{ apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: [resources] }];

    expect(mutating({ rules }).map(({ state }) => state)).toEqual(["ok"]);
  });

  it.each([
    {
      parts: { failurePolicy: "Ignore" },
      says: 'warning Mutating configuration: "pods.podpecker.dev" has failurePolicy Ignore: when Podpecker is away, steps run without their policy',
    },
    {
      parts: { timeoutSeconds: 30 },
      says: 'warning Mutating configuration: "pods.podpecker.dev" has timeoutSeconds 30: so long everybody waits when Podpecker is away',
    },
    {
      parts: { sideEffects: "Some" },
      says: 'failed Mutating configuration: "pods.podpecker.dev" has sideEffects Some: the API server refuses dry runs that it would be called for',
    },
  ])("tells what is unusual: $parts", ({ parts, says }) => {
    expect(brief(mutating(parts)).slice(1)).toEqual([says]);
  });
});

describe("the check of the validating configuration", () => {
  it("warns without one", () => {
    expect(brief(validatingConfiguration(healthyView({ validating: absent })))).toEqual([
      'warning Validating configuration: there is no ValidatingWebhookConfiguration "podpecker": bad policies are found only after they were written',
    ]);
  });

  it("wants both operations", () => {
    const [rule] = validatingWebhook.rules ?? [];

    expect(brief(validating({ rules: [{ ...rule, operations: ["CREATE"] }] }))).toEqual([
      'failed Validating configuration: "policies.podpecker.dev" has no rule for UPDATE of configmaps',
    ]);
  });

  it("takes them from several rules", () => {
    const [rule] = validatingWebhook.rules ?? [];
    const rules = ["CREATE", "UPDATE"].map((operation) => ({ ...rule, operations: [operation] }));

    expect(validating({ rules }).map(({ state }) => state)).toEqual(["ok"]);
  });

  it("warns of a failurePolicy that keeps policies from being mended", () => {
    expect(brief(validating({ failurePolicy: "Fail" })).slice(1)).toEqual([
      'warning Validating configuration: "policies.podpecker.dev" has failurePolicy Fail: when Podpecker is away, no policy can be mended',
    ]);
  });
});
