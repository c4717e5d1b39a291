import { expect, it } from "vitest";

import { podpecker } from "#test/cli/podpecker.ts";
import { installed } from "./installed.ts";
import { sharedPlane } from "./shared-plane.ts";
import { stepNamespace } from "./step-namespace.ts";
import { succeed } from "./succeed.ts";

const plane = sharedPlane();
const installation = installed(plane, 2);

const doctor = (...words: string[]) =>
  podpecker(["doctor", "--kubeconfig", plane.kubeconfig, ...words], { env: { COLUMNS: "200" } });

it("finds all that is shipped well, from the certificate to a step's Pod", async () => {
  const namespace = await stepNamespace(installation());

  const { code, stdout, stderr } = await doctor("--try-namespace", namespace);

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.split("\n").map((line) => line.split(":")[0])).toEqual([
    "ok       API server",
    "ok       Mutating configuration",
    "ok       Validating configuration",
    "ok       Validating configuration",
    "ok       Namespaces",
    "ok       Service",
    "ok       Endpoints",
    'ok       caBundle of "pods.podpecker.dev"',
    'ok       caBundle of "pod-validation.podpecker.dev"',
    'ok       caBundle of "policies.podpecker.dev"',
    "ok       Serving certificate",
    "ok       Policy podpecker/default-policy",
    "ok       Dry run",
    "",
    "13 ok",
    "",
  ]);
});

it("says what to do when Podpecker was turned off", async () => {
  await succeed(plane, ["delete", "mutatingwebhookconfiguration", "podpecker"]);

  const { code, stdout } = await doctor();

  expect(code).toBe(2);
  expect(stdout).toMatch(/FAILED +Mutating configuration: /);
  expect(stdout).toContain("-> apply it with the other manifests");
});
