import { join } from "node:path";

import { type Binary, findBinary } from "../assets/binaries.ts";
import { Component, type ComponentSpec } from "./component.ts";
import { credentialsIn } from "./credentials.ts";
import { serviceRange } from "./service-range.ts";

/** What tells a control plane from another; all else follows from it. */
export interface Site {
  readonly directory: string;
  readonly etcdPort: number;
  readonly etcdPeerPort: number;
  readonly apiServerPort: number;
}

const etcdUrl = ({ etcdPort }: Site): string => `http://127.0.0.1:${etcdPort}`;
export const kubeconfigIn = (directory: string): string => join(directory, "kubeconfig");
export const auditLogIn = (directory: string): string => join(directory, "audit.log");
export const auditPolicyIn = (directory: string): string => join(directory, "audit-policy.json");

export function etcd(site: Site): Component {
  const peer = `http://127.0.0.1:${site.etcdPeerPort}`;
  return component(site, "etcd", {
    isReady: () => isOk(`${etcdUrl(site)}/health`),
    words: [
      `--data-dir=${join(site.directory, "etcd")}`,
      // What a power cut would lose is of no worth here.
      "--unsafe-no-fsync",
      "--name=podpecker",
      `--listen-client-urls=${etcdUrl(site)}`,
      `--advertise-client-urls=${etcdUrl(site)}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=podpecker=${peer}`,
      "--log-level=warn",
    ],
  });
}

/** It is ready when it says so to one who may ask. */
export function apiServer(site: Site, isReady: () => Promise<boolean>): Component {
  const files = credentialsIn(site.directory);
  return component(site, "kube-apiserver", {
    isReady,
    words: [
      `--etcd-servers=${etcdUrl(site)}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${site.apiServerPort}`,
      // Its address is written into no Endpoints: nothing here would look for it there.
      "--endpoint-reconciler-type=none",
      `--service-cluster-ip-range=${serviceRange(site.apiServerPort)}`,
      `--cert-dir=${site.directory}`,
      `--tls-cert-file=${files.certificateFile}`,
      `--tls-private-key-file=${files.keyFile}`,
      `--token-auth-file=${files.tokensFile}`,
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${files.serviceAccountPublicKeyFile}`,
      `--service-account-signing-key-file=${files.serviceAccountKeyFile}`,
      "--authorization-mode=RBAC",
      "--enable-admission-plugins=PodNodeSelector",
      // As kubeadm does; who may run a privileged Pod is then a matter of admission.
      "--allow-privileged=true",
      // Watches are ended before it ends; else a stop takes as long as somebody watches.
      "--shutdown-watch-termination-grace-period=1s",
      `--audit-policy-file=${auditPolicyIn(site.directory)}`,
      `--audit-log-path=${auditLogIn(site.directory)}`,
    ],
  });
}

export function controllerManager(site: Site): Component {
  const files = credentialsIn(site.directory);
  return component(site, "kube-controller-manager", {
    words: [
      ...clientWords(site),
      `--service-account-private-key-file=${files.serviceAccountKeyFile}`,
      `--root-ca-file=${files.caFile}`,
      ...hurried,
    ],
  });
}

export const scheduler = (site: Site): Component =>
  component(site, "kube-scheduler", { words: [...clientWords(site), ...hurried] });

/** In place of kubelets: makes Nodes ready, and runs Pods that are bound to them. */
export const kwok = (site: Site): Component =>
  component(site, "kwok", {
    words: [`--kubeconfig=${kubeconfigIn(site.directory)}`, "--manage-all-nodes=true"],
  });

const clientWords = ({ directory }: Site): readonly string[] => [
  `--kubeconfig=${kubeconfigIn(directory)}`,
  "--leader-elect=false",
  "--secure-port=0",
];

// By default 20 and 50 calls a second, which many Pods at once would wait for.
const hurried = ["--kube-api-qps=200", "--kube-api-burst=400"];

function component(site: Site, name: Binary, spec: Omit<ComponentSpec, "name" | "command">): Component {
  const command = findBinary(name);
  if (command === undefined) throw new Error(`${name} is missing; get it by npm run cluster:assets`);
  return new Component(site.directory, { ...spec, name, command });
}

async function isOk(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
