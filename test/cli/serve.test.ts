import { once } from "node:events";
import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo } from "node:net";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";

import { Podpecker, podpecker, type Surroundings } from "./podpecker.ts";
import { directoryWith, pod, policy } from "./texts.ts";

const stepPod = {
  metadata: { name: "a" },
  spec: { containers: [{ name: "a", image: "alpine", env: [{ name: "PASSWORD", value: "hunter2" }] }] },
};

const label = (value: string): string => `version: v1\nlabels: { set: { ci: ${value} } }\n`;

/** A server on free ports with a policy and an example in its directory, ready. */
async function serve(words: readonly string[] = ["--certificates", "certs"], { env }: Surroundings = {}) {
  const cwd = await directoryWith({
    "policies/a.yaml": policy,
    "build.yaml": pod("build"),
    "manifests/examples/steps/build.yaml": pod("build"),
  });
  const base = ["serve", "--policy", "policies", "--port", "0", "--metrics-port", "0"];
  const server = new Podpecker([...base, ...words], { cwd, ...(env === undefined ? {} : { env }) });
  const [line, url = "", metrics = ""] = await server.until(
    "stderr",
    /Listening on (https:\S+)\/mutate, metrics on (http:\S+)\n[^]*npx podpecker (.*)\n/,
  );
  const copied = /npx podpecker (.*)\n/.exec(line)?.[1] ?? "";
  return { cwd, server, url, metrics, copied: copied.split(" "), port: Number(new URL(url).port) };
}

type Serving = Awaited<ReturnType<typeof serve>>;

/** Has the example reviewed by the server, as its line to copy says. */
const review = ({ cwd, copied }: Serving, ...words: string[]) =>
  podpecker([...copied.slice(0, -2), ...words], { cwd });

const metric = async ({ metrics }: Serving, name: string): Promise<string | undefined> =>
  (await (await fetch(metrics)).text())
    .split("\n")
    .find((line) => line.startsWith(`${name} `))
    ?.split(" ")[1];

async function open({ cwd, port }: Serving): Promise<TLSSocket> {
  const ca = await readFile(join(cwd, "certs", "ca.crt"));
  const socket = connect({ host: "127.0.0.1", port, ca });
  socket.on("error", () => undefined);
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, "secureConnect");
  return socket;
}

async function readiness(serving: Serving): Promise<string> {
  const socket = await open(serving);
  socket.end("GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return text;
}

/** Sends signals until one counts as a second one: one keystroke may come as two. */
async function endAtOnce({ server }: Serving, signal: NodeJS.Signals): Promise<number | null> {
  const again = setInterval(() => {
    server.signal(signal);
  }, 100);
  const { code } = await server.end();
  clearInterval(again);
  return code;
}

describe("podpecker serve", () => {
  it("says which policies it loaded, where it listens, and a line to copy that shows the difference", async () => {
    const serving = await serve();

    expect(serving.server.stderr).toMatch(/^Policies in force:\n {2}a \(priority 0\): every Pod\n/);
    expect(serving.server.stderr).toContain("self-signed, made just now and kept in certs");
    expect(serving.copied.slice(0, 2)).toEqual(["review", "manifests/examples/steps/build.yaml"]);
    const { code, stdout, stderr } = await podpecker(serving.copied, { cwd: serving.cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("\n+    ci: woodpecker\n");
    expect(await readiness(serving)).toContain('{"ready":true,"missing":[]}');
  });

  it("says when policies end, and counts those that have not ended", async () => {
    const serving = await serve();

    await writeFile(join(serving.cwd, "policies", "b.yaml"), `${policy}validUntil: 2999-03-31\n`);
    await writeFile(join(serving.cwd, "policies", "c.yaml"), `${policy}validUntil: 2020-01-01\n`);

    await serving.server.until(
      "stderr",
      /c \(priority 0, ended 2020-01-01\): every Pod\n[^]*Warning: c: .*\n/,
    );
    expect(serving.server.stderr).toContain("b (priority 0, until 2999-03-31): every Pod\n");
    expect(serving.server.stderr).toContain("Warning: c: validUntil: was over at 2020-01-02T00:00:00Z");
    expect(await metric(serving, "podpecker_policies")).toBe("2");
    expect(await metric(serving, 'podpecker_policy_expiry_timestamp_seconds{policy="b"}')).toBe(
      String(Date.parse("2999-04-01T00:00:00Z") / 1000),
    );
  });

  it("carries out no policy with --audit, and tells what each would do", async () => {
    const serving = await serve(["--certificates", "certs", "--audit", "--log-level", "debug"]);

    expect(serving.server.stderr).toMatch(
      /^Audit only \(--audit\): .*\nPolicies in force:\n {2}none\nAudited only:\n {2}a \(priority 0\): every Pod\n/,
    );
    const { stdout } = await review(serving, "--output", "explain");
    expect(stdout).toMatch(
      /No policy is for this Pod: it passes as it is\.\n\nIf policies in audit mode were enforced:\nDecided by a /,
    );
    expect(stdout).toContain("metadata.labels.ci\n  rule   a#/labels/set/ci\n");
    await serving.server.until(
      "stdout",
      /"outcome":"untouched".*"audited":\{"outcome":"decided","policies":\["a"\]/,
    );
  });

  it("answers with the bytes of the command line", async () => {
    const serving = await serve();
    const offline = ["review", "build.yaml", "--policy", "policies"];
    const here = (output: string) => podpecker([...offline, "--output", output], { cwd: serving.cwd });

    for (const output of ["review", "pod", "patch", "diff"]) {
      const there = await podpecker(["review", "build.yaml", ...serving.copied.slice(2, -1), output], {
        cwd: serving.cwd,
      });
      expect(there).toEqual(await here(output));
    }
    const explained = (await review(serving, "--output", "explain")).stdout;
    expect(explained).toContain("  rule   built-in#/resources/fromStep");
    expect(explained.split("\n")[1]).toBe((await here("explain")).stdout.split("\n")[1]);
  });

  it("says the same of a denial as the command line", async () => {
    const serving = await serve();
    const input = pod("a", "resources: { limits: { memory: 1Q } }");
    const ask = (...words: string[]) => podpecker(["review", "-", ...words], { cwd: serving.cwd, input });

    const there = await ask(...serving.copied.slice(2, -2), "--output", "pod");

    expect(there.code).toBe(1);
    expect(there).toEqual(await ask("--policy", "policies", "--output", "pod"));
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "stops at %s with exit code 0, also when it comes twice at once",
    async (signal) => {
      const { server } = await serve();

      server.signal(signal);
      server.signal(signal);

      expect((await server.end()).code).toBe(0);
      const messages = server.stdout
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { msg: string }).msg);
      expect(messages).toEqual(["policies loaded", "certificate served", "listening", "stopping"]);
    },
  );

  it("finishes what runs after a signal, and refuses what is new", async () => {
    const serving = await serve();
    const socket = await open(serving);
    const body = "{}";
    const head = `POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    socket.write(`${head}\r\n\r\n`);
    // The server has the head once it answers another request.
    await readiness(serving);

    serving.server.signal("SIGTERM");
    await serving.server.until("stderr", /Stopping/);
    const isRefused = () =>
      open(serving).then(
        () => false,
        (error: unknown) => String(error).includes("ECONNREFUSED"),
      );
    await expect.poll(isRefused).toBe(true);
    socket.write(body);
    let answer = "";
    for await (const chunk of socket) answer += String(chunk);

    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/\r\nConnection: close\r\n/i);
    expect((await serving.server.end()).code).toBe(0);
  });

  it("answers new connections on for the delay it is given, unready, unless it is told twice", async () => {
    const serving = await serve(["--certificates", "certs", "--shutdown-delay", "300"]);

    serving.server.signal("SIGTERM");
    await serving.server.until("stderr", /Stopping/);
    const unready = await readiness(serving);
    const answered = await review(serving, "--output", "pod");

    expect(unready).toMatch(/^HTTP\/1\.1 503 [^]*"missing":\["shutting down"\]/);
    expect(answered.code).toBe(0);
    expect(await endAtOnce(serving, "SIGTERM")).toBe(143);
  });

  it("ends at once at a second signal", async () => {
    const serving = await serve();
    const socket = await open(serving);
    socket.write(
      "POST /mutate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
    );
    await readiness(serving);

    serving.server.signal("SIGINT");
    await serving.server.until("stderr", /Stopping/);

    expect(await endAtOnce(serving, "SIGINT")).toBe(130);
  });

  it("takes a changed policy over without a restart, and never a bad one", async () => {
    const serving = await serve();
    const { cwd, server } = serving;
    const file = join(cwd, "policies/a.yaml");
    const given = async () => /ci: (\w+)/.exec((await review(serving, "--output", "pod")).stdout)?.[1];
    expect(await given()).toBe("woodpecker");

    await writeFile(file, label("second"));
    await expect.poll(given).toBe("second");

    await writeFile(file, "version: v1\nlabls: {}\npriority: high\n");
    await server.until("stderr", /not replaced[^]*a\.yaml:2:1: labls[^]*a\.yaml:3:11: priority/);
    await server.until("stdout", /"problem":"policies\/a\.yaml:3:11: priority/);
    expect(await given()).toBe("second");
    expect(await metric(serving, 'podpecker_policy_loads_total{result="rejected"}')).toBe("1");

    await writeFile(`${file}.new`, label("third"));
    await rename(`${file}.new`, file);
    await expect.poll(given).toBe("third");

    await rm(file);
    await server.until("stderr", /holds no policy file/);
    expect(await given()).toBe("third");
    await writeFile(file, label("fourth"));
    await expect.poll(given).toBe("fourth");
    expect(
      Number(await metric(serving, 'podpecker_policy_loads_total{result="loaded"}')),
    ).toBeGreaterThanOrEqual(4);
  });

  it("takes a new certificate over without a restart, and never a bad one", async () => {
    const serving = await serve();
    const { cwd, server } = serving;
    const before = (await open(serving)).getPeerCertificate().fingerprint256;

    await podpecker(["certs", "certs", "--force"], { cwd });
    await server.until("stderr", /Certificate: replaced/);
    const after = (await open(serving)).getPeerCertificate().fingerprint256;
    await writeFile(join(cwd, "certs/tls.crt"), "no certificate");
    await server.until("stderr", /certificate was not replaced.*holds no certificate/);

    expect(after).not.toBe(before);
    expect((await open(serving)).getPeerCertificate().fingerprint256).toBe(after);
  });

  it("keeps its self-signed certificate for the next start", async () => {
    const { cwd, server } = await serve();
    server.signal("SIGTERM");
    await server.end();
    const kept = await readFile(join(cwd, "certs/tls.crt"), "utf8");
    expect((await stat(join(cwd, "certs/tls.key"))).mode & 0o777).toBe(0o600);

    const words = [
      "serve",
      "--policy",
      "policies",
      "--port",
      "0",
      "--metrics-port",
      "0",
      "--certificates",
      "certs",
    ];
    await new Podpecker(words, { cwd }).until("stderr", /Certificate: from certs, valid until/);

    expect(await readFile(join(cwd, "certs/tls.crt"), "utf8")).toBe(kept);
  });

  it("keeps a certificate in memory when no place is named, and says how to call it all the same", async () => {
    const serving = await serve([]);

    expect(serving.server.stderr).toContain("in memory only");
    expect(serving.copied).toContain("--insecure");
    expect((await podpecker(serving.copied, { cwd: serving.cwd })).code).toBe(0);
  });

  it("logs one line a review, of a dry run for those who debug, and never the Pod", async () => {
    const serving = await serve(["--certificates", "certs", "--log-level", "debug"]);
    await review(serving, "--output", "pod");
    const request = {
      uid: "u1",
      namespace: "ci",
      object: { metadata: { name: "a" }, spec: { containers: [{ name: "busybox" }] } },
    };
    const input = JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request });
    await podpecker(["review", "-", ...serving.copied.slice(2)], { cwd: serving.cwd, input });
    serving.server.signal("SIGTERM");
    const { stdout } = await serving.server.end();

    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter(({ msg }) => msg === "review")).toEqual([
      expect.objectContaining({
        level: "debug",
        name: "build",
        namespace: "default",
        outcome: "decided",
        policies: ["a"],
        dryRun: true,
        changes: 2,
      }),
      expect.objectContaining({
        level: "info",
        uid: "u1",
        name: "a",
        namespace: "ci",
        dryRun: false,
        changes: 1,
        verbs: { changed: 1 },
      }),
    ]);
    expect(stdout).not.toContain("busybox");
  });

  it("keeps what it decided, for callers on this machine, and for who has the token of now", async () => {
    const serving = await serve(["--certificates", "certs", "--audit-token-file", "build.yaml"]).catch(
      String,
    );
    expect(serving).toMatch(/ended with 2.*"build.yaml" holds no token; put one line of 16 characters/s);

    const { cwd, copied, metrics } = await serve();
    const request = { uid: "u1", namespace: "ci", object: stepPod };
    const input = JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request });
    await podpecker(["review", "-", ...copied.slice(2)], { cwd, input });
    await podpecker(copied, { cwd });

    const trail = await (await fetch(metrics.replace(/metrics$/, "audit"))).json();

    expect(trail).toMatchObject({
      kept: 1,
      entries: [{ uid: "u1", namespace: "ci", pod: "a", outcome: "decided", policies: ["a"] }],
    });
    expect(JSON.stringify(trail)).not.toContain("hunter2");
  });

  it("records what it reviewed, redacted, so that it can be reviewed again, and goes on without", async () => {
    const serving = await serve(["--certificates", "certs", "--record", "reviews.jsonl"]);
    const { cwd, copied, server } = serving;
    const file = join(cwd, "reviews.jsonl");
    const request = { uid: "u1", namespace: "ci", object: stepPod };
    const input = JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request });
    const send = () => podpecker(["review", "-", ...copied.slice(2)], { cwd, input });

    await send();
    await podpecker(copied, { cwd });
    await rename(file, join(cwd, "moved.jsonl"));
    // Nobody, root included, can write lines into a directory.
    await mkdir(file);
    expect((await send()).code).toBe(0);
    await server.until("stderr", /reviews are not recorded: "reviews.jsonl" cannot be written: it is a dir/);
    expect(await metric(serving, "podpecker_records_lost_total")).toBe("1");
    await rm(file, { recursive: true });
    await send();
    server.signal("SIGTERM");
    expect((await server.end()).code).toBe(0);

    const moved = await readFile(join(cwd, "moved.jsonl"), "utf8");
    expect(moved.trim().split("\n")).toHaveLength(1);
    expect(JSON.parse(moved)).toMatchObject({
      kind: "AdmissionReview",
      request: { uid: "u1", namespace: "ci" },
    });
    expect(moved).not.toContain("hunter2");
    expect((await readFile(file, "utf8")).trim().split("\n")).toHaveLength(1);
    const patchOf = async (input: string) =>
      (await podpecker(["review", "-", "--policy", "policies", "--output", "patch"], { cwd, input })).stdout;
    expect(await patchOf(moved)).toBe(await patchOf(input));
  });

  it.each([
    {
      about: "a bad policy",
      files: { "policies/a.yaml": "labls: {}\n" },
      words: [],
      says: [
        "policies/a.yaml:1:1: version: is missing",
        'policies/a.yaml:1:1: labls: is not known here; did you mean "labels"?',
      ],
    },
    {
      about: "no policy",
      files: {},
      words: [],
      says: ['"policies" cannot be read: there is no such file or directory'],
    },
    {
      about: "half a pair",
      files: { "policies/a.yaml": policy },
      words: ["--tls-cert", "x"],
      says: ["--tls-cert and --tls-key go together"],
    },
    {
      about: "no certificate",
      files: { "policies/a.yaml": policy },
      words: ["--tls-cert", "x", "--tls-key", "y"],
      says: ["cannot be read: there is no such file"],
    },
    {
      about: "a certificate that is none",
      files: { "policies/a.yaml": policy, x: "x" },
      words: ["--tls-cert", "x", "--tls-key", "x"],
      says: ['"x" holds no certificate'],
    },
    {
      about: "two places for one",
      files: { "policies/a.yaml": policy },
      words: ["--tls-cert", "x", "--tls-key", "y", "--certificates", "z"],
      says: ["cannot be used with option"],
    },
    {
      about: "a foreign address",
      files: { "policies/a.yaml": policy },
      words: ["--host", "203.0.113.1"],
      says: ['"203.0.113.1" is no address of this machine'],
    },
  ])("does not start with $about, and says so", async ({ files, words, says }) => {
    const cwd = await directoryWith({ other: "", ...files });

    const { code, stderr } = await podpecker(
      ["serve", "--policy", "policies", "--port", "0", "--metrics-port", "0", ...words],
      { cwd },
    );

    expect(code).toBe(2);
    for (const sentence of says) expect(stderr).toContain(sentence);
    expect(stderr).not.toContain("    at ");
  });

  it.each([
    { option: "--port", other: "--metrics-port" },
    { option: "--metrics-port", other: "--port" },
  ])("does not start where the port of $option is taken, and says so", async ({ option, other }) => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    onTestFinished(() => {
      taken.close();
    });
    // Neither a pipe nor closed.
    const { port } = taken.address() as AddressInfo;
    const cwd = await directoryWith({ "policies/a.yaml": policy });

    const { code, stderr } = await podpecker(
      ["serve", "--policy", "policies", option, String(port), other, "0"],
      { cwd },
    );

    expect(code).toBe(2);
    expect(stderr).toContain(`cannot listen on 127.0.0.1:${port}: another process has that port`);
    expect(stderr).toContain(option);
  });

  it("does not start where it may not keep its certificate, and says so", async () => {
    const cwd = await directoryWith({ "policies/a.yaml": policy });
    await chmod(cwd, 0o555);

    const { code, stderr } = await podpecker(
      ["serve", "--policy", "policies", "--port", "0", "--metrics-port", "0", "--certificates", "certs"],
      { cwd, isNobody: true },
    );

    expect(code).toBe(2);
    expect(stderr).toContain("this user has no permission");
  });
});
