import { cpus } from "node:os";

import { type PodCreation } from "../../test/cluster/load/pod-load.ts";
import { type Measured, type Phase } from "./measure.ts";
import { type OwnRequest } from "./own-requests.ts";

/** What was measured, in Markdown. */
export function report({ phases, seconds, webhookFailures }: Measured): string {
  const all = {
    name: "all",
    reviewed: phases.flatMap(({ reviewed }) => reviewed),
    plain: phases.flatMap(({ plain }) => plain),
    ownRequests: phases.flatMap(({ ownRequests }) => ownRequests),
  };
  const rows = phases.length > 1 ? [...phases, all] : phases;
  const troubles = [...all.reviewed, ...all.plain].filter(({ trouble }) => trouble !== undefined);
  return [
    `# Podpecker bench in a cluster, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}`,
    "",
    `Two replicas behind one address, ${seconds.toFixed(0)} s of creating Pods through a real API server.`,
    "Figures of one run on one machine; only the ratios say something about another one.",
    "",
    ...table(["phase", "Pods", "failed", "unmutated", "API requests of replicas"], rows.map(counts)),
    "",
    `Webhook calls that the API server counted as failed, refused or passed over: ${webhookFailures}`,
    `Pods created in the namespace without the webhook: ${all.plain.length}, failed ${failed(all.plain)}`,
    "",
    "Creation of a Pod (dry run) with the webhook and without it, in turn, milliseconds:",
    "",
    ...table(
      ["phase", "p50 with", "p50 without", "ratio", "p99 with", "p99 without", "ratio"],
      rows.map(times),
    ),
    "",
    "Requests that the replicas made to the API server:",
    "",
    ...table(["phase", "requests"], phases.map(requests)),
    ...troubles.map(({ phase, trouble = "", said = "" }) => `\n${phase}, ${trouble}: ${said}`),
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

const failed = (creations: readonly PodCreation[]): number =>
  creations.filter(({ trouble }) => trouble === "failed").length;

const counts = ({ name, reviewed, ownRequests }: Phase): readonly string[] => [
  name,
  ...[
    reviewed.length,
    failed(reviewed),
    reviewed.filter(({ trouble }) => trouble === "unmutated").length,
    ownRequests.length,
  ].map(String),
];

function times({ name, reviewed, plain }: Phase): readonly string[] {
  return [name, ...[0.5, 0.99].flatMap((share) => pair(at(reviewed, share), at(plain, share)))];
}

const pair = (one: number, other: number): readonly string[] => [
  one.toFixed(1),
  other.toFixed(1),
  (one / other).toFixed(2),
];

function at(creations: readonly PodCreation[], share: number): number {
  const dry = creations.filter(({ isDryRun }) => isDryRun);
  const sorted = dry.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

const requests = ({ name, ownRequests }: Phase): readonly string[] => [name, tally(ownRequests)];

function tally(made: readonly OwnRequest[]): string {
  const kinds = [...new Set(made.map(({ what }) => what))].sort();
  const cells = kinds.map((kind) => `${made.filter(({ what }) => what === kind).length} ${kind}`);
  return cells.length === 0 ? "none" : cells.join(", ");
}
