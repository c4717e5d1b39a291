import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";

import { AuditReport } from "#src/audit/audit-report.ts";
import { podpecker } from "./podpecker.ts";
import { directoryWith, pod, policy, strictPolicy } from "./texts.ts";

const AT = ["--at", "2026-11-27T12:00:00Z"];

const files = {
  "policies/acme.yaml": policy,
  "strict.yaml": strictPolicy,
  "pods/build.yaml": pod("build"),
  "pods/bold.yaml": pod("bold", "serviceAccountName: root"),
  "pods/bad.yaml": pod("bad", "resources: { limits: { memory: lots } }"),
};

const review = (name: string, user = "agent"): string =>
  JSON.stringify({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    request: {
      uid: name,
      kind: { group: "", version: "v1", kind: "Pod" },
      namespace: "ci",
      operation: "CREATE",
      userInfo: { username: user },
      object: { metadata: { name }, spec: { containers: [{ name, image: "alpine" }] } },
    },
  });

const report = (stdout: string): AuditReport => AuditReport.parse(JSON.parse(stdout));

describe("podpecker audit", () => {
  it("says what becomes of Pods, and which rules do it", async () => {
    const cwd = await directoryWith(files);

    const { code, stdout, stderr } = await podpecker(["audit", "pods", "--policy", "policies", ...AT], {
      cwd,
    });

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatchInlineSnapshot(`
      "3 Pods, as at 2026-11-27T12:00:00Z
        1  would be denied
        2  would be changed
      of those that would run
        1  without something that was asked

      acme: 3 Pods
        2  changed  /labels/set/ci: metadata.labels.ci

      any policy: 1 Pod
        1  denied   malformed-value: resources.limits.memory
                    such as default/bad: resources.limits.memory: "lots" is not a quantity: a number that is not negative, with or without a suffix, such as 2, 500m, 1.5Gi or 10G

      built-in: 2 Pods
        1  refused  /serviceAccountName/fromStep: serviceAccountName
                    such as default/bold: serviceAccountName: "root" is not granted; the policy grants steps nothing here
        1  granted  /resources/fromStep: spec.containers[].resources.limits.memory
      "
    `);
  });

  it("fits a narrow terminal, and has colour only there", async () => {
    const cwd = await directoryWith(files);
    const words = ["audit", "pods", "--policy", "policies", ...AT];

    const narrow = await podpecker(words, { cwd, env: { COLUMNS: "32" } });
    const coloured = await podpecker(words, { cwd, env: { FORCE_COLOR: "1" } });

    expect(narrow.stdout).toMatchInlineSnapshot(`
      "3 Pods, as at
      2026-11-27T12:00:00Z
        1  would be denied
        2  would be changed
      of those that would run
        1  without something that was
           asked

      acme: 3 Pods
        2  changed
          /labels/set/ci:
          metadata.labels.ci

      any policy: 1 Pod
        1  denied
          malformed-value:
          resources.limits.memory
          such as default/bad:
          resources.limits.memory:
          "lots" is not a quantity: a
          number that is not negative,
          with or without a suffix,
          such as 2, 500m, 1.5Gi or
          10G

      built-in: 2 Pods
        1  refused
          /serviceAccountName/fromStep:
          serviceAccountName
          such as default/bold:
          serviceAccountName: "root"
          is not granted; the policy
          grants steps nothing here
        1  granted
          /resources/fromStep:
          spec.containers[].resources.limits.memory
      "
    `);
    expect(coloured.stdout).toContain("\u001b[31mdenied\u001b[39m");
    expect(narrow.stdout).not.toContain("\u001b");
  });

  it("prints a report that fits its schema", async () => {
    const cwd = await directoryWith(files);
    const words = ["audit", "pods", "--policy", "policies", "--output", "json", "--examples", "1", ...AT];

    const { stdout } = await podpecker(words, { cwd });

    expect(report(stdout)).toMatchObject({
      at: "2026-11-27T12:00:00Z",
      pods: { looked: 3, denied: 1, changed: 2, refused: 1 },
    });
  });

  it("prints Markdown in which nothing of a step's is more than text", async () => {
    const hostile = pod("evil", 'serviceAccountName: "`![x](http://evil) | @everyone"');
    const cwd = await directoryWith({ ...files, "pods/evil.yaml": hostile });

    const { stdout } = await podpecker(
      ["audit", "pods", "--policy", "strict.yaml", "-o", "markdown", ...AT],
      { cwd },
    );

    expect(stdout).toMatchInlineSnapshot(`
      "## Audit of 4 Pods

      | Pods | what becomes of them |
      | ---: | --- |
      | 3 | would be denied |
      | 1 | would be changed |

      | Pods | become | by policy | by rule | in | such as |
      | ---: | --- | --- | --- | --- | --- |
      | 1 | changed | \`strict\` | \`/labels/set/ci\` | \`metadata.labels.ci\` | \`default/build\` |
      | 2 | denied | any policy | \`malformed-value\` | \`resources.limits.memory\`, \`serviceAccountName\` | \`default/bad\`: \`resources.limits.memory: "lots" is not a quantity: a number that is not negative, with or without a suffix, such as 2, 500m, 1.5Gi or 10G\` |
      | 1 | denied | \`built-in\` | \`/serviceAccountName/fromStep\` | \`serviceAccountName\` | \`default/bold\`: \`serviceAccountName: "root" is not granted; the policy grants steps nothing here\` |
      | 1 | granted | \`built-in\` | \`/resources/fromStep\` | \`spec.containers[].resources.limits.memory\` | \`default/build\` |

      As at 2026-11-27T12:00:00Z.
      "
    `);
  });

  it.each([
    { at: "2026-11-26T23:59:59Z", changed: 1 },
    { at: "2026-11-27T00:00:00Z", changed: 0 },
  ])("honours validUntil: as at $at the policy changes $changed", async ({ at, changed }) => {
    const cwd = await directoryWith({ "p.yaml": `${policy}validUntil: 2026-11-26\n`, "a.yaml": pod("a") });

    const { stdout } = await podpecker(["audit", "a.yaml", "--policy", "p.yaml", "--at", at, "-o", "json"], {
      cwd,
    });

    expect(report(stdout).pods).toMatchObject({ looked: 1, changed });
  });

  it("prints JUnit in which denials fail, or what --fail-on names", async () => {
    const cwd = await directoryWith(files);
    const words = ["audit", "pods", "--policy", "policies", "-o", "junit"];

    const usual = await podpecker(words, { cwd });
    const strict = await podpecker([...words, "--fail-on", "refused"], { cwd });

    expect(failures(usual.stdout)).toEqual(["1 Pod would be denied"]);
    expect(failures(strict.stdout)).toEqual(["1 Pod would be denied", "1 Pod would run without something"]);
  });

  it.each([
    ["none", "policies", 0],
    ["denied", "policies", 1],
    ["denied", "good", 0],
    ["refused", "good", 0],
    ["clamped", "good", 0],
    ["changed", "good", 1],
  ])("--fail-on %s, by %s: exit %i", async (what, where, expected) => {
    const cwd = await directoryWith({ ...files, "good/build.yaml": pod("build") });
    const pods = where === "good" ? "good" : "pods";

    const { code } = await podpecker(["audit", pods, "--policy", "policies", "--fail-on", what], { cwd });

    expect(code).toBe(expected);
  });

  it("counts policies in audit mode as if they were enforced", async () => {
    const cwd = await directoryWith({ ...files, "tried.yaml": `${strictPolicy}mode: audit\n` });
    const words = ["audit", "pods", "--policy", "policies", "--policy", "tried.yaml", "-o", "json"];

    const { stdout } = await podpecker(words, { cwd });

    const { pods, policies } = report(stdout);
    expect(pods).toMatchObject({ looked: 3, denied: 2, changed: 1 });
    expect(policies).toContainEqual(expect.objectContaining({ policy: "tried", pods: 3 }));
  });

  it("looks at a live Pod as it would be created again, and not at mirrors", async () => {
    const live = { uid: "1", resourceVersion: "2" };
    const spec = { nodeName: "node-1", containers: [{ name: "a", image: "alpine" }] };
    const mirror = { ...live, name: "b", annotations: { "kubernetes.io/config.mirror": "x" } };
    const list = {
      kind: "List",
      items: [
        { kind: "Pod", metadata: { ...live, name: "a", namespace: "ci" }, spec, status: {} },
        { kind: "Pod", metadata: mirror, spec },
      ],
    };
    const untrusting = "version: v1\ntrustPod: false\n";
    const cwd = await directoryWith({ "policy.yaml": untrusting, "live.json": JSON.stringify(list) });

    const { stdout } = await podpecker(
      ["audit", "live.json", "--policy", "policy.yaml", "--user", "me", "-o", "json"],
      {
        cwd,
      },
    );

    expect(report(stdout)).toMatchObject({ pods: { looked: 2, untouched: 1, unchanged: 1, refused: 0 } });
  });
});

describe("recorded reviews", () => {
  const byUser = "version: v1\nmatch: { users: [agent] }\nlabels: { set: { ci: woodpecker } }\n";

  it("say who created their Pods; a line that is cut off at the end is left out", async () => {
    const lines = [review("a"), "", review("b", "somebody"), review("c").slice(0, 40)];
    const cwd = await directoryWith({ "policy.yaml": byUser, "record.jsonl": lines.join("\n") });

    const { code, stdout, stderr } = await podpecker(
      ["audit", ".", "--policy", "policy.yaml", "-o", "json"],
      { cwd },
    );
    const record = await podpecker(["audit", "record.jsonl", "--policy", "policy.yaml", "-o", "json"], {
      cwd,
    });

    // The policy is a file of the directory, too.
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("policy.yaml:1:1: is a policy; give it with --policy");
    expect(record.stderr).toBe(
      "record.jsonl:4: is cut off, as where its writer was stopped; this line is left out\n",
    );
    expect(report(record.stdout)).toMatchObject({ pods: { looked: 2, changed: 1, untouched: 1 }, notes: [] });
  });

  it("come from a pipe as well, beside Pods and reviews of other things", async () => {
    const cwd = await directoryWith({ "policy.yaml": byUser });
    const service = JSON.parse(review("c")) as { request: { kind: { kind: string } } };
    service.request.kind.kind = "Service";
    const bare = JSON.stringify({
      kind: "Pod",
      metadata: { name: "d" },
      spec: { containers: [{ name: "d" }] },
    });
    const input = [review("a"), JSON.stringify(service), bare, ""].join("\n");

    const { stdout } = await podpecker(["audit", "--policy", "policy.yaml", "-o", "json"], { cwd, input });

    expect(report(stdout)).toMatchObject({
      pods: { looked: 2, changed: 1 },
      others: 1,
      notes: [{ code: "creator-unknown", pods: 1, examples: [{ pod: "default/d" }] }],
    });
  });

  it("are told line by line where they are none", async () => {
    const noReview = JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1" });
    const lines = [
      "no JSON",
      noReview,
      '{"kind": "Service"}',
      '{"kind": "Pod", "spec": {"containers": 1}}',
      "",
    ];
    const cwd = await directoryWith({ "policy.yaml": byUser, "record.jsonl": lines.join("\n") });

    const { code, stderr } = await podpecker(["audit", "record.jsonl", "--policy", "policy.yaml"], { cwd });

    expect(code).toBe(2);
    expect(stderr).toMatchInlineSnapshot(`
      "record.jsonl:1: is no JSON; a record has an AdmissionReview on each line
      record.jsonl:2: request: Invalid input: expected object, received undefined
      record.jsonl:3: kind: holds no Pod; known are List, Pod, AdmissionReview, PodTemplate, Job, CronJob, Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController
      record.jsonl:4: spec.containers: Invalid input: expected array, received number
      "
    `);
  });

  it("may be longer than memory", { timeout: 120_000 }, async () => {
    const cwd = await directoryWith({ "policy.yaml": byUser, "record.jsonl": "" });
    const long = JSON.parse(review("a")) as { request: { object: { metadata: object } } };
    long.request.object.metadata = { name: "a", annotations: { note: "x".repeat(20_000) } };
    const many = `${JSON.stringify(long)}\n`.repeat(500);
    const record = join(cwd, "record.jsonl");
    await writeFile(record, many);
    for (let part = 1; part < 12; part += 1) await appendFile(record, many);

    const { code, stdout } = await podpecker(
      ["audit", "record.jsonl", "--policy", "policy.yaml", "-o", "json"],
      {
        cwd,
        env: { NODE_OPTIONS: "--max-old-space-size=64" },
      },
    );

    expect(code).toBe(0);
    expect(report(stdout).pods).toMatchObject({ looked: 6000, changed: 6000 });
  });
});

describe("what podpecker audit cannot use", () => {
  it.each([
    [["pods"], "podpecker: nothing says what decides; add --policy PATH, or --cluster"],
    [["pods", "--cluster"], "podpecker: either files or --cluster; leave one of them out"],
    [
      ["pods", "--policy", "policies", "-l", "a=b"],
      "podpecker: --selector is for --cluster; add that, or leave it out",
    ],
    [
      ["nowhere", "--policy", "policies"],
      '"nowhere" cannot be read: there is no such file or directory; name one that exists',
    ],
    [
      ["empty", "--policy", "policies"],
      '"empty" holds no file with Pods; put a file ending in .yaml, .yml, .json or .jsonl there',
    ],
    [["empty/.keep.jsonl", "--policy", "policies"], "podpecker: there is no Pod in what is to be looked at"],
    [["pods", "--policy", "policies", "--examples", "many"], "It must be a number from 0 to 9999."],
    [
      ["pods", "--policy", "policies", "--fail-on", "deny"],
      "Allowed choices are none, denied, refused, clamped, changed.",
    ],
    [["--cluster", "--kubeconfig", "nowhere"], "nowhere"],
  ])("%j: exit 2", async (words, sentence) => {
    const cwd = await directoryWith({ ...files, "empty/.keep.jsonl": "" });

    const { code, stdout, stderr } = await podpecker(["audit", ...words], { cwd });

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(sentence);
  });
});

/** The messages of the failures in JUnit XML. */
function failures(xml: string): string[] {
  const messages: string[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    if (name === "failure") messages.push(String(attributes["message"]));
  });
  parser.write(xml).close();
  return messages;
}
