import { type Command, InvalidArgumentError, Option } from "commander";

import { type LoggerOptions } from "../../adapters/telemetry/logger.ts";
import { parseQuantity } from "../../kubernetes/quantity.ts";
import { POLICY_LABEL } from "../../policy/config-map-object.ts";
import { durationBetween } from "../duration.ts";
import { InputError } from "../input-error.ts";
import { addPolicyConfigMap, ownNamespace, type PolicySources } from "../policy-sources.ts";
import { type RecordOptions } from "./review-record.ts";
import { type CertificateSource } from "./serving-certificate.ts";

const OWN_NAME = "podpecker";
const MEBIBYTE = 1024 * 1024;
const NINETY_DAYS_MS = 90 * 24 * 60 * 60 * 1000;

const LEVELS = [
  "trace",
  "debug",
  "info",
  "warn",
  "error",
  "fatal",
  "silent",
] as const satisfies readonly LoggerOptions["level"][];

/** What `podpecker serve` is told. */
export interface ServeOptions extends CertificateSource, RecordOptions {
  readonly policy?: readonly string[];
  readonly cluster?: true;
  readonly audit?: true;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly certificateSecret?: string;
  readonly service: string;
  readonly webhookConfiguration: string;
  readonly certificateLifetime: number;
  readonly port: number;
  readonly metricsPort: number;
  /** Who has what is in it may read the audit trail from elsewhere. */
  readonly auditTokenFile?: string;
  readonly namespace: string;
  readonly policyConfigmap?: readonly string[];
  /** In seconds. */
  readonly shutdownDelay: number;
  readonly logLevel: LoggerOptions["level"];
}

/** Adds the options of `podpecker serve` to its command. */
export function addServeOptions(command: Command): Command {
  command
    .option("--policy <path...>", "files or directories with policies")
    .option("--cluster", `policies from ConfigMaps of a cluster, those with the label ${POLICY_LABEL}=true`)
    .option(
      "--audit",
      "carry out no policy: all are taken as ones with mode: audit, and Pods pass as they are",
    )
    .option(
      "--kubeconfig <file>",
      "how to reach the cluster; in a Pod its service account, elsewhere $KUBECONFIG or ~/.kube/config",
    )
    .option("--context <name>", "a context of the kubeconfig other than its current one")
    .option("--host <address>", "the address to listen on; 0.0.0.0 for all", "127.0.0.1")
    .option("--port <number>", "the webhook's port; 0 for any that is free", parsePort, 8443)
    .option("--metrics-port <number>", "the port of /metrics and /audit, plain HTTP", parsePort, 8080)
    .option(
      "--audit-token-file <file>",
      "a token that lets callers from elsewhere read /audit, which else is for those on this machine",
    )
    .option(
      "--record <file>",
      "reviews of Pods that are created, redacted, a JSON line each, for podpecker audit; best named .jsonl",
    )
    .addOption(
      new Option("--record-max-size <size>", "begin a new file before one is larger")
        .argParser(parseSize)
        .default(64 * MEBIBYTE, "64Mi"),
    )
    .option("--record-files <number>", "how many of these files are kept", parseFiles, 5)
    .option("--tls-cert <file>", "the serving certificate, PEM")
    .option("--tls-key <file>", "its key, PEM")
    .addOption(
      new Option(
        "--certificates <directory>",
        "where a self-signed certificate is kept, made on the first start; in memory otherwise",
      ).conflicts(["tlsCert", "tlsKey"]),
    )
    .addOption(
      new Option(
        "--certificate-secret <name>",
        "a Secret of the own namespace where all replicas keep one certificate, made and renewed by them",
      ).conflicts(["tlsCert", "tlsKey", "certificates"]),
    )
    .option("--service <name>", "the Service that this certificate is for", OWN_NAME)
    .option(
      "--webhook-configuration <name>",
      "the mutating and the validating one that are made to trust it",
      OWN_NAME,
    )
    .addOption(
      new Option(
        "--certificate-lifetime <duration>",
        "how long it lives; it is renewed after two thirds of that",
      )
        .argParser(durationBetween("30s", "3650d"))
        .default(NINETY_DAYS_MS, "90d"),
    )
    .addOption(ownNamespace("--namespace <name>"));
  return addPolicyConfigMap(command)
    .option(
      "--shutdown-delay <seconds>",
      "how long to answer on after a signal, while a Service forgets this replica",
      parseSeconds,
      0,
    )
    .addOption(new Option("--log-level <level>", "how much is logged").choices(LEVELS).default("info"));
}

/** Refuses options that do not go together.
 * @throws {InputError} with what would
 */
export function assertConsistent(options: ServeOptions): void {
  assertSomeSource(options);
  assertClusterForIts(options);
  assertPair(options);
  assertTwoPorts(options);
}

function assertSomeSource({ policy, cluster }: ServeOptions): void {
  if (policy === undefined && cluster === undefined)
    throw new InputError([
      "podpecker: nothing says where policies are; name files with --policy, or a cluster with --cluster",
    ]);
}

/** Where the policies of these options come from. */
export const sourcesOf = ({ policy = [], namespace, policyConfigmap = [] }: ServeOptions): PolicySources => ({
  paths: policy,
  tier: { namespace, promoted: policyConfigmap },
});

function assertClusterForIts({ cluster, kubeconfig, context, certificateSecret }: ServeOptions): void {
  if (cluster === true) return;
  const given = { kubeconfig, context, "certificate-secret": certificateSecret };
  const useless = Object.entries(given).filter(([, value]) => value !== undefined);
  if (useless.length > 0)
    throw new InputError(
      useless.map(
        ([name]) => `podpecker: --${name} is of no use without --cluster; add that, or leave it out`,
      ),
    );
}

function assertPair({ tlsCert, tlsKey }: ServeOptions): void {
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new InputError(["podpecker: --tls-cert and --tls-key go together; name both files, or neither"]);
}

function assertTwoPorts({ port, metricsPort }: ServeOptions): void {
  if (port === metricsPort && port !== 0)
    throw new InputError([
      `podpecker: --port and --metrics-port are both ${port}; choose two ports, as /metrics is served without TLS`,
    ]);
}

function parseSize(text: string): number {
  const { nanos = 0n } = parseQuantity(text) ?? {};
  const bytes = Number(nanos / 1_000_000_000n);
  if (bytes < MEBIBYTE || bytes > 1024 * 1024 * MEBIBYTE)
    throw new InvalidArgumentError("It must be a size from 1Mi to 1Ti, such as 64Mi.");
  return bytes;
}

function parseFiles(text: string): number {
  const files = Number(text);
  if (!/^[0-9]{1,3}$/.test(text) || files < 1 || files > 100)
    throw new InvalidArgumentError("It must be a number from 1 to 100.");
  return files;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^[0-9]{1,3}$/.test(text) || seconds > 300)
    throw new InvalidArgumentError("It must be a number of seconds from 0 to 300.");
  return seconds;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^[0-9]{1,5}$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("It must be a number from 0 to 65535.");
  return port;
}
