import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { AUDIT_POLICY } from "./audit-policy.ts";
import { call } from "./call.ts";
import { Component } from "./component.ts";
import {
  apiServer,
  auditLogIn,
  auditPolicyIn,
  controllerManager,
  etcd,
  kubeconfigIn,
  kwok,
  scheduler,
  type Site,
} from "./components.ts";
import { credentialsIn, readTokens, type Tokens, writeCredentials } from "./credentials.ts";
import { freePort } from "./free-port.ts";
import { kubeconfigFor } from "./kubeconfig.ts";
import { ownServiceAddress } from "./service-range.ts";
import { untilObject } from "./until-object.ts";
import { watchOver } from "./watchdog.ts";

/** A control plane that was started, by this process or by another one. */
export class ControlPlane {
  readonly site: Site;
  readonly directory: string;
  /** The admin's. */
  readonly kubeconfig: string;
  readonly server: string;
  readonly caFile: string;
  readonly ca: string;
  readonly tokens: Tokens;
  readonly auditLog: string;
  readonly etcd: Component;
  readonly apiServer: Component;
  readonly controllerManager: Component;
  readonly scheduler: Component;
  readonly kwok: Component;

  constructor(site: Site) {
    const { directory, apiServerPort } = site;
    this.site = site;
    this.directory = directory;
    this.kubeconfig = kubeconfigIn(directory);
    this.server = `https://127.0.0.1:${apiServerPort}`;
    this.caFile = credentialsIn(directory).caFile;
    this.ca = readFileSync(this.caFile, "utf8");
    this.tokens = readTokens(directory);
    this.auditLog = auditLogIn(directory);
    this.etcd = etcd(site);
    this.apiServer = apiServer(site, () => isReady(this));
    this.controllerManager = controllerManager(site);
    this.scheduler = scheduler(site);
    this.kwok = kwok(site);
  }

  /** For after the API server was away: who lost it looks for it less and less often, who begins anew finds it at once. */
  async restartControllers(): Promise<void> {
    const parts = [this.controllerManager, this.scheduler, this.kwok];
    await Promise.all(parts.map((part) => part.restart()));
  }

  /** Ends all of it and whatever else runs in its directory, such as replicas, and leaves nothing behind. */
  async stop(): Promise<void> {
    await this.#stopGuests();
    await Promise.all([this.kwok.stop(), this.scheduler.stop(), this.controllerManager.stop()]);
    await this.apiServer.stop();
    await this.etcd.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  async #stopGuests(): Promise<void> {
    const own = [this.etcd, this.apiServer, this.controllerManager, this.scheduler, this.kwok];
    const names = await readdir(join(this.directory, "pids"));
    const guests = names.filter((name) => !own.some((component) => component.name === name));
    // To end one, its name is enough.
    await Promise.all(
      guests.map((name) => new Component(this.directory, { name, command: "", words: [] }).stop()),
    );
  }
}

/** Starts a control plane of its own, which is gone when it is stopped or when this process ends.
 * @throws {Error} when a part does not start, with the end of its log
 */
export async function startControlPlane(): Promise<ControlPlane> {
  const site = await prepareSite();
  const letGo = watchOver(site.directory);
  try {
    const plane = new ControlPlane(site);
    await plane.etcd.start();
    await plane.apiServer.start();
    await Promise.all([plane.controllerManager.start(), plane.scheduler.start(), plane.kwok.start()]);
    // Without it Pods are refused; the controller manager makes it.
    await untilObject(plane, "/api/v1/namespaces/default/serviceaccounts/default", () => true);
    return plane;
  } catch (error) {
    letGo();
    throw error;
  }
}

async function prepareSite(): Promise<Site> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), "podpecker-cluster-")));
  const apiServerPort = await freePort();
  for (const folder of ["pids", "logs"]) await mkdir(join(directory, folder));
  await writeCredentials(directory, ["127.0.0.1", ownServiceAddress(apiServerPort)]);
  await writeFile(auditPolicyIn(directory), AUDIT_POLICY);
  const server = `https://127.0.0.1:${apiServerPort}`;
  const ca = readFileSync(credentialsIn(directory).caFile, "utf8");
  await writeFile(kubeconfigIn(directory), kubeconfigFor({ server, ca, token: readTokens(directory).admin }));
  return { directory, apiServerPort, etcdPort: await freePort(), etcdPeerPort: await freePort() };
}

async function isReady(plane: ControlPlane): Promise<boolean> {
  try {
    return (await call(plane, "GET", "/readyz")).status === 200;
  } catch {
    return false;
  }
}
