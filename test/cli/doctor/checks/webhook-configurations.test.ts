import { describe, expect, it } from "vitest";

import { type Webhook } from "#src/cli/doctor/cluster-objects.ts";
import {
  mutatingConfiguration,
  validatingConfiguration,
} from "#src/cli/doctor/checks/webhook-configurations.ts";
import { brief, remedies } from "../brief.ts";
import {
  configuration,
  healthyView,
  mutatingWebhook,
  validatingWebhook,
  validationWebhook,
} from "../healthy-view.ts";

const absent = { state: "absent" } as const;
const elsewhere = { clientConfig: { service: { name: "other", namespace: "apps" } } };

const mutating = (parts: Partial<Webhook>) =>
  mutatingConfiguration(healthyView({ mutating: configuration({ ...mutatingWebhook, ...parts }) }));

const validating = (parts: Partial<Webhook>) =>
  validatingConfiguration(
    healthyView({ validating: configuration({ ...validatingWebhook, ...parts }, validationWebhook) }),
  ).slice(0, -1);

const judging = (parts: Partial<Webhook>) =>
  validatingConfiguration(
    healthyView({ validating: configuration(validatingWebhook, { ...validationWebhook, ...parts }) }),
  ).slice(1);

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

  it("warns where nobody judges how Pods are changed", () => {
    const verdicts = validatingConfiguration(healthyView({ validating: configuration(validatingWebhook) }));

    expect(brief(verdicts).slice(1)).toEqual([
      'warning Validating configuration: no webhook of "podpecker" brings Pods that are resized or debugged: a resize may leave the bounds of a policy, and an ephemeral container its security settings',
    ]);
  });

  it("wants both subresources, which a star alone is not", () => {
    const rules = (resources: readonly string[]) => [
      { apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: [...resources] },
    ];

    expect(brief(judging({ rules: rules(["pods/resize"]) }))).toEqual([
      'failed Validating configuration: "pod-validation.podpecker.dev" has no rule for UPDATE of pods/ephemeralcontainers',
    ]);
    expect(brief(judging({ rules: rules(["*"]) }))).toEqual([
      'failed Validating configuration: "pod-validation.podpecker.dev" has no rule for UPDATE of pods/resize, UPDATE of pods/ephemeralcontainers',
    ]);
    for (const all of [["pods/*"], ["*/*"], ["*/resize", "*/ephemeralcontainers"]])
      expect(judging({ rules: rules(all) }).map(({ state }) => state)).toEqual(["ok"]);
  });

  it("warns of a failurePolicy that lets changes of Pods by", () => {
    expect(brief(judging({ failurePolicy: "Ignore" })).slice(1)).toEqual([
      'warning Validating configuration: "pod-validation.podpecker.dev" has failurePolicy Ignore: when Podpecker is away, nobody judges how Pods are resized or debugged',
    ]);
  });

  it("tells one webhook from another by the path of a URL as well", () => {
    const clientConfig = { url: "https://podpecker.example/validate-pod" };

    expect(judging({ clientConfig }).map(({ state }) => state)).toEqual(["ok"]);
  });
});
