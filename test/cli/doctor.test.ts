import { describe, expect, it } from "vitest";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";
import { ABSENT, FORBIDDEN, installedCluster, saying } from "./doctor/installed-cluster.ts";
import { podpecker, type Surroundings } from "./podpecker.ts";

const doctor = (file: string, words: readonly string[] = [], surroundings: Surroundings = {}) =>
  podpecker(["doctor", "--kubeconfig", file, ...words], surroundings);

const PODS = "POST /api/v1/namespaces/ci-a/pods";

interface Diagnosis {
  readonly check: string;
  readonly about: string;
  readonly state: string;
  readonly says: string;
  readonly remedy?: string;
  readonly commands?: readonly string[];
}

const diagnoses = (stdout: string): Diagnosis[] => JSON.parse(stdout) as Diagnosis[];

describe("podpecker doctor", () => {
  it("says a line for each thing where all is well, and writes nothing", async () => {
    const { file, asked } = await installedCluster();

    const { code, stdout, stderr } = await doctor(file);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const written = asked.filter(({ asked: what }) => !what.startsWith("GET "));
    expect(written.map(({ asked: what, query }) => ({ what, query }))).toEqual([
      { what: "POST /apis/authentication.k8s.io/v1/selfsubjectreviews", query: {} },
      { what: PODS, query: { dryRun: "All" } },
    ]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.slice(0, -2).filter((line) => !line.startsWith("ok       "))).toEqual([]);
    expect(lines.at(-1)).toBe("14 ok: Podpecker is well");
    expect(stdout).toContain("Policy podpecker/default: is good (priority 0): every Pod");
    expect(stdout).toContain("Policy woodpecker/agent: is good (priority 0): namespace other");
    expect(stdout).toContain(`Dry run: a step's Pod in namespace "ci-a" is decided by podpecker/default`);
  });

  it("says what to do, and ends with 2, where something fails", async () => {
    const { file } = await installedCluster({
      "GET /api/v1/namespaces": saying({ items: [{ metadata: { name: "ci-a" } }] }),
    });

    const { code, stdout, stderr } = await doctor(file);

    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(stdout).toContain(
      `FAILED   Namespaces: none is chosen by the selectors: no Pod comes to Podpecker
         -> label a namespace where steps run
            kubectl label namespace NAMESPACE podpecker.dev/enabled=true
`,
    );
    expect(stdout).toMatch(/\n\n12 ok, 1 unknown, 1 FAILED: mend what FAILED, from the top down\n$/);
  });

  it("says which permission is missing where it may not read, without a stack", async () => {
    const { file } = await installedCluster({
      "GET /api/v1/namespaces/podpecker/secrets/podpecker-tls": FORBIDDEN,
      "GET /apis/discovery.k8s.io/v1/namespaces/podpecker/endpointslices": FORBIDDEN,
      "GET /api/v1/configmaps": FORBIDDEN,
    });

    const { code, stdout, stderr } = await doctor(file);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("kubectl auth can-i get secrets --namespace podpecker\n");
    expect(stdout).toContain(
      "kubectl auth can-i list endpointslices.discovery.k8s.io --namespace podpecker\n",
    );
    expect(stdout).toContain("kubectl auth can-i list configmaps --all-namespaces\n");
    expect(stdout).toContain("3 unknown: nothing failed that could be looked at\n");
    expect(stdout).not.toContain("    at ");
  });

  it("knows nothing of a cluster that may not be read at all, and finds no fault with it", async () => {
    const { file } = await installedCluster(
      Object.fromEntries(
        [
          "GET /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/podpecker",
          "GET /apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/podpecker",
          "GET /apis/apps/v1/namespaces/podpecker/deployments/podpecker",
          "GET /apis/discovery.k8s.io/v1/namespaces/podpecker/endpointslices",
          "GET /api/v1/configmaps",
          "GET /api/v1/namespaces",
          "GET /api/v1/namespaces/podpecker/secrets/podpecker-tls",
          "GET /api/v1/namespaces/podpecker/services/podpecker",
        ].map((what) => [what, FORBIDDEN]),
      ),
    );

    const { code, stdout } = await doctor(file);

    expect(code).toBe(0);
    expect(stdout).toContain("1 ok, 8 unknown: nothing failed that could be looked at\n");
  });

  it("keeps lines within a narrow terminal, but for commands", async () => {
    const { file } = await installedCluster({ "GET /api/v1/namespaces": saying({ items: null }) });

    const { stdout } = await doctor(file, [], { env: { COLUMNS: "40" } });

    const lines = stdout.trimEnd().split("\n");
    const long = lines.filter((line) => line.length > 40 && !/^ {12}kubectl /.test(line));
    // A word that is longer than the rest of a line stands by itself.
    expect(long.filter((line) => line.trim().includes(" ") && !/^\S+ +\S+$/.test(line))).toEqual([]);
    expect(stdout).toContain("\n            kubectl label namespace NAMESPACE podpecker.dev/enabled=true\n");
  });

  it.each([
    { env: {}, coloured: false },
    { env: { FORCE_COLOR: "1" }, coloured: true },
  ])("colours its marks for a terminal only: $env", async ({ env, coloured }) => {
    const { file } = await installedCluster();

    const { stdout } = await doctor(file, [], { env });

    expect(stdout.startsWith("\u001b[32mok\u001b[39m       API server:")).toBe(coloured);
    expect(stdout.includes("\u001b")).toBe(coloured);
  });

  it("prints JSON of one shape", async () => {
    const { file } = await installedCluster({
      "GET /api/v1/namespaces/podpecker/services/podpecker": ABSENT,
    });

    const { code, stdout } = await doctor(file, ["--output", "json"]);

    const found = diagnoses(stdout);
    expect(code).toBe(2);
    // The key of the Secret that it reads.
    expect(stdout).not.toContain("c2VjcmV0");
    expect(found[0]).toEqual({
      check: "apiServer",
      about: "API server",
      state: "ok",
      says: expect.stringContaining("v1.36.3") as string,
    });
    expect(found.find(({ state }) => state === "failed")).toEqual({
      check: "servicePorts",
      about: "Service",
      state: "failed",
      says: "there is no Service podpecker/podpecker",
      remedy: "apply it with the other manifests, or say with --namespace and --service where it is",
      commands: ["kubectl get services --all-namespaces | grep -i podpecker"],
    });
  });

  it("tries the Pod in another's name with --as, where it is told, and reads in its own", async () => {
    const { file, asked } = await installedCluster({ "POST /api/v1/namespaces/x/pods": FORBIDDEN });

    await doctor(file, ["--as", "system:serviceaccount:woodpecker:agent", "--try-namespace", "x"]);

    const impersonated = asked.filter(({ headers }) => headers["impersonate-user"] !== undefined);
    expect(impersonated.map(({ asked: what, headers }) => [what, headers["impersonate-user"]])).toEqual([
      ["POST /api/v1/namespaces/x/pods", "system:serviceaccount:woodpecker:agent"],
    ]);
  });
});

describe("podpecker doctor without a cluster", () => {
  it("says in one line that nothing listens", async () => {
    const { api, file } = await installedCluster();
    await api.stop();

    const { code, stdout, stderr } = await doctor(file);

    expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
    expect(stdout).toMatch(
      /^FAILED {3}API server: the API server https:\S+ of context "try" .* nothing listens/,
    );
    expect(stdout).toContain("\n            kubectl version\n\n1 FAILED:");

    const json = await doctor(file, ["--output", "json"]);

    expect(json.code).toBe(2);
    expect(diagnoses(json.stdout).map(({ check, state }) => ({ check, state }))).toEqual([
      { check: "apiServer", state: "failed" },
    ]);
  });

  it.each([
    { about: "another context", words: ["--context", "prod"], says: 'context "prod" is not in' },
    {
      about: "no such file",
      words: ["--kubeconfig", "/nowhere/config"],
      says: '"/nowhere/config" cannot be read',
    },
    { about: "a bad ConfigMap", words: ["--policy-configmap", "one"], says: "It must be NAMESPACE/NAME." },
    { about: "an unknown form", words: ["--output", "yaml"], says: "Allowed choices are text, json." },
  ])("is told of $about on standard error", async ({ words, says }) => {
    const { file } = await installedCluster();

    const { code, stdout, stderr } = await doctor(file, words);

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain("    at ");
  });

  it("takes no file for a kubeconfig that is none", async () => {
    const file = join(await temporaryDirectory(), "config");
    await writeFile(file, "just text");

    const { code, stderr } = await doctor(file);

    expect(code).toBe(2);
    expect(stderr).toMatch(/^podpecker: .*config/);
    expect(stderr).not.toContain("    at ");
  });
});
