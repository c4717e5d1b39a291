import { Command } from "commander";
import { describe, expect, it } from "vitest";

import { createMetrics } from "#src/adapters/telemetry/metrics.ts";
import { defineServe } from "#src/cli/serve.ts";
import { Deployment, find, readText, WebhookConfiguration } from "./manifests.ts";
import { expressions } from "./monitoring.ts";

/** What the manifests call by name is called so in the program. */
const serve = new Command("serve");
defineServe(serve);
const options = serve.options.map(({ long }) => long);

const argsOf = (text: string): string[] =>
  [...text.matchAll(/^ *- (--[a-z-]+)$/gm)].map(([, arg = ""]) => arg);

describe("the words of the Deployment", () => {
  const [container] = find("Deployment", "podpecker", Deployment).spec.template.spec.containers;

  it.each([
    ["manifests/base/deployment.yaml", container.args.filter((word) => word.startsWith("--"))],
    ...["components/cert-manager", "chart/templates"].map((folder): [string, string[]] => [
      folder,
      argsOf(readText(`manifests/${folder}/deployment.yaml`)),
    ]),
  ])("are options of podpecker serve (%s)", (_, args) => {
    expect(container.args[0]).toBe("serve");
    expect(args).toContain("--cluster");
    expect(args.filter((arg) => !options.includes(arg))).toEqual([]);
  });
});

describe("the paths of the webhooks", () => {
  it.each(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"])("are routes (%s)", (kind) => {
    const { webhooks } = find(kind, "podpecker", WebhookConfiguration);

    for (const { clientConfig } of webhooks)
      expect(readText("src/adapters/http/webhook-app.ts")).toContain(
        `router.post("${clientConfig.service.path}"`,
      );
  });
});

// What others tell: kube-state-metrics, the API server, and Prometheus itself.
const OTHERS = /^(kube_deployment_|apiserver_admission_|up$)/;

/** The metrics of an expression, without what a histogram adds to its name. */
const metricsIn = (expr: string): string[] =>
  [...expr.replaceAll(/"[^"]*"/g, "").matchAll(/\b[a-z]+(?:_[a-z0-9]+)+\b(?!\s*[(=!])|\bup\b/g)]
    .map(([name]) => name.replace(/_(?:bucket|count)$/, ""))
    .filter((name) => name !== "error_type");

describe("the metrics", () => {
  it.each(expressions)("of $name are counted", async ({ expr }) => {
    const { text } = await createMetrics().render();
    const known = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);

    const metrics = metricsIn(expr);

    expect(metrics).not.toEqual([]);
    expect(metrics.filter((name) => !known.includes(name) && !OTHERS.test(name))).toEqual([]);
  });
});
