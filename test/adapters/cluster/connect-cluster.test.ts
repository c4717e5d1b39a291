import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";

import type { Cluster } from "#src/adapters/cluster/cluster.ts";
import { ClusterError } from "#src/adapters/cluster/cluster-error.ts";
import { connectCluster } from "#src/adapters/cluster/connect-cluster.ts";
import { createSelfSigned } from "#src/adapters/tls/create-self-signed.ts";
import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";
import { connected, kubeconfig } from "./connected.ts";
import { fakeApiServer } from "./fake-api-server.ts";

const SERVER = "https://127.0.0.1:6443";

/** Sets variables of the environment for one test; those of a cluster or a kubeconfig are unset otherwise. */
function environment(variables: Readonly<Record<string, string>>): void {
  const unset = { KUBERNETES_SERVICE_HOST: "", KUBERNETES_SERVICE_PORT: "", KUBECONFIG: "" };
  for (const [name, value] of Object.entries({ ...unset, ...variables })) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

async function write(text: string, name = "config"): Promise<string> {
  const file = join(await temporaryDirectory(), name);
  await writeFile(file, text);
  return file;
}

const context = (name: string, members: object = {}) => ({
  name,
  context: { cluster: "here", user: "me", ...members },
});

/** The least that an API server can be asked. */
const askVersion = async (cluster: Cluster): Promise<unknown> =>
  (await cluster.request({ method: "GET", path: "/version" })).body;

describe("a kubeconfig", () => {
  it("named by its path goes before everything", async () => {
    environment({ KUBERNETES_SERVICE_HOST: "10.0.0.1", KUBECONFIG: "/nowhere" });
    const file = await write(kubeconfig(`${SERVER}/`));

    const { origin, server } = await connectCluster({ kubeconfig: file });

    expect({ origin, server }).toEqual({ origin: `context "try" of "${file}"`, server: SERVER });
  });

  it("is found by $KUBECONFIG, in several files of which the first wins and some may be missing", async () => {
    const first = await write(
      kubeconfig("https://first.example", { contexts: [context("one")], "current-context": "" }),
    );
    const second = await write(
      kubeconfig("https://second.example", { contexts: [context("one"), context("two")] }),
    );
    environment({ KUBECONFIG: [first, "/nowhere/config", second].join(delimiter) });

    const { origin, server } = await connectCluster({ context: "two" });

    expect({ origin, server }).toEqual({
      origin: `context "two" of "${first}" and "${second}"`,
      server: "https://first.example",
    });
  });

  it("is found in the home directory", async () => {
    const home = await temporaryDirectory();
    environment({ HOME: home });
    await mkdir(join(home, ".kube"));
    await writeFile(join(home, ".kube", "config"), kubeconfig(SERVER));

    expect((await connectCluster()).origin).toBe(`context "try" of "${home}/.kube/config"`);
  });

  it.each([
    { title: "empty", text: "", message: "is no kubeconfig (it is empty); it should be YAML of kind Config" },
    { title: "no YAML", text: "a: [", message: "is no kubeconfig (unexpected end of the stream" },
    { title: "something else", text: "a: 1", message: "holds no context; it should be a kubeconfig" },
    {
      title: "without a name for a cluster",
      text: kubeconfig(SERVER, { clusters: [{ cluster: {} }] }),
      message: "is no kubeconfig (clusters[0].name is missing)",
    },
    {
      title: "without a current context",
      text: kubeconfig(SERVER, { "current-context": undefined }),
      message: 'has no current context; name one with --context: it has "try"',
    },
    {
      title: "with a current context that is not there",
      text: kubeconfig(SERVER, { "current-context": "tyr", contexts: [context("try"), context("prod")] }),
      message: 'name another: it has "try", "prod"',
    },
    {
      title: "with a cluster that is not there",
      text: kubeconfig(SERVER, { contexts: [context("try", { cluster: "gone" })] }),
      message: "names a cluster that does not stand there; add it",
    },
    {
      title: "with a user that is not there",
      text: kubeconfig(SERVER, { contexts: [context("try", { user: "gone" })] }),
      message: "names a user that does not stand there; add it",
    },
    {
      title: "without TLS",
      text: kubeconfig("http://10.0.0.1", {
        clusters: [{ name: "here", cluster: { server: "http://10.0.0.1" } }],
      }),
      message: 'credentials would go to "http://10.0.0.1" in the clear',
    },
    {
      title: "with a server that is no URL",
      text: kubeconfig("10.0.0.1"),
      message: 'the server "10.0.0.1" is no URL; it should begin with https://',
    },
    {
      title: "with a key that is not there",
      text: kubeconfig(SERVER, { users: [{ name: "me", user: { "client-key": "gone.key" } }] }),
      message: 'gone.key", which cannot be read (ENOENT',
    },
    {
      title: "with a CA that is not there",
      text: kubeconfig(SERVER, {
        clusters: [{ name: "here", cluster: { server: SERVER, "certificate-authority": "/nowhere/ca.crt" } }],
      }),
      message: 'needs "/nowhere/ca.crt", which cannot be read (ENOENT',
    },
  ])("that is $title is told with its path", async ({ text, message }) => {
    const file = await write(text);

    const connecting = connectCluster({ kubeconfig: file });

    await expect(connecting).rejects.toBeInstanceOf(ClusterError);
    await expect(connecting).rejects.toThrow(`"${file}"`);
    await expect(connecting).rejects.toThrow(message);
  });

  it("that is nowhere is told, instead of trying the port 8080 of this machine", async () => {
    environment({ HOME: "/nowhere" });

    await expect(connectCluster()).rejects.toThrow(
      'no cluster is known: there is no file "/nowhere/.kube/config"; name a kubeconfig with --kubeconfig or $KUBECONFIG',
    );
    await expect(connectCluster({ kubeconfig: "/nowhere" })).rejects.toThrow(
      /^"\/nowhere" cannot be read \(ENOENT.*\); name a kubeconfig file that exists$/,
    );
  });

  it("knows its contexts when another one is asked for", async () => {
    const file = await write(kubeconfig(SERVER, { contexts: [context("try"), context("prod")] }));

    await expect(connectCluster({ kubeconfig: file, context: "stage" })).rejects.toThrow(
      `context "stage" is not in "${file}"; name another: it has "try", "prod"`,
    );
  });

  it("without a user's credentials is one of somebody anonymous", async () => {
    const file = await write(kubeconfig(SERVER, { users: [{ name: "me" }] }));

    expect((await connectCluster({ kubeconfig: file })).server).toBe(SERVER);
  });
});

const certificates = await createSelfSigned({ hosts: ["127.0.0.1"] });
const MOUNT = "var/run/secrets/kubernetes.io/serviceaccount";

/** A service account as it is mounted into a Pod. */
async function serviceAccount({ ca, port }: { readonly ca: string; readonly port: string }) {
  environment({ KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: port });
  const root = await temporaryDirectory();
  await mkdir(join(root, MOUNT), { recursive: true });
  await writeFile(join(root, MOUNT, "ca.crt"), ca);
  const putToken = (token: string): Promise<void> => writeFile(join(root, MOUNT, "token"), token);
  await putToken("first");
  return { root, putToken };
}

describe("in a Pod", () => {
  it("the service account decides, and its token is read again as it is renewed", async () => {
    const api = await fakeApiServer({ cert: certificates.cert, key: certificates.key });
    const { root, putToken } = await serviceAccount({ ca: certificates.ca, port: String(api.port) });
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const cluster = await connectCluster({ root });
    const tokenSent = async (): Promise<string | undefined> => {
      const version = askVersion(cluster);
      const exchange = await api.next();
      exchange.reply(200, { gitVersion: "v1.36.3" });
      expect(await version).toEqual({ gitVersion: "v1.36.3" });
      return exchange.headers.authorization;
    };

    expect(cluster.origin).toBe("the service account of this Pod");
    expect(cluster.server).toBe(api.url);
    expect(await tokenSent()).toBe("Bearer first");
    await putToken("second");
    vi.setSystemTime(Date.now() + 61_000);
    expect(await tokenSent()).toBe("Bearer second");
  });

  it("a CA that did not sign the server's certificate is told", async () => {
    const api = await fakeApiServer({ cert: certificates.cert, key: certificates.key });
    const { ca } = await createSelfSigned({ hosts: ["127.0.0.1"] });
    const { root } = await serviceAccount({ ca, port: String(api.port) });
    const cluster = await connectCluster({ root });

    await expect(askVersion(cluster)).rejects.toThrow(
      `the API server ${api.url} of the service account of this Pod cannot be reached: its certificate is signed by another CA than the one that is known`,
    );
  });

  it("a service account that is not mounted is told", async () => {
    environment({ KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: "443" });

    await expect(connectCluster({ root: "/nowhere" })).rejects.toThrow(
      `the service account of this Pod needs "/nowhere/${MOUNT}/ca.crt", which cannot be read`,
    );
  });

  it("a context cannot be chosen, and the port must be known", async () => {
    environment({ KUBERNETES_SERVICE_HOST: "127.0.0.1" });

    await expect(connectCluster({ context: "prod" })).rejects.toThrow(
      'context "prod" cannot be chosen: in a cluster the service account decides; name its file with --kubeconfig, too',
    );
    await expect(connectCluster()).rejects.toThrow("KUBERNETES_SERVICE_PORT is not");
  });
});

describe("a request", () => {
  it("is not waited for without end", async () => {
    const { api, cluster, origin } = await connected({ answerMs: 30 });

    const version = askVersion(cluster);

    await expect(version).rejects.toThrow(
      new ClusterError(
        `the API server ${api.url} of ${origin} cannot be reached: there was no answer in time`,
      ),
    );
    await (
      await api.next()
    ).gone;
  });

  it("needs credentials that can be had", async () => {
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "/nowhere/plugin" };
    const file = await write(kubeconfig(SERVER, { users: [{ name: "me", user: { exec } }] }));
    const cluster = await connectCluster({ kubeconfig: file });

    await expect(askVersion(cluster)).rejects.toThrow(
      `context "try" of "${file}": the credentials cannot be had: spawn /nowhere/plugin ENOENT`,
    );
  });

  it("does not wait for a plugin without end", async () => {
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "sleep", args: ["1"] };
    const file = await write(kubeconfig(SERVER, { users: [{ name: "me", user: { exec } }] }));
    const cluster = await connectCluster({ kubeconfig: file }, { answerMs: 30 });

    await expect(askVersion(cluster)).rejects.toThrow("there was no answer in time");
  });
});
