import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

import { OPTIONS, reviewOf, stepPod } from "./corpus.ts";
import { type EngineFigures } from "./engine.ts";
import { type ManyPoliciesFigures } from "./many-policies.ts";
import { type MemoryFigures } from "./memory.ts";
import { load, type Round } from "./load.ts";
import { type Served, startBare, startWebhook } from "./served.ts";

const ROUNDS = 5;
const SECONDS = 4;

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

print(`# Podpecker bench, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}`);
print("Figures of one run on one machine; only the ratios say something about another one.\n");

function child(script: string): unknown {
  const path = fileURLToPath(new URL(`./${script}.js`, import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [path, ...process.argv.slice(2)], { encoding: "utf8" }));
}

// What the three scripts print.
const engine = child("engine") as EngineFigures;
const memory = child("memory") as MemoryFigures;
const many = child("many-policies") as ManyPoliciesFigures[];
print("## Engine alone, microseconds\n");
print("| what | µs | aim |\n| --- | --- | --- |");
print(`| a decision, option text seen before | ${engine.seen.toFixed(1)} | 25 |`);
print(`| a decision, option text never seen | ${engine.unseen.toFixed(1)} | |`);
print(`| a decision without options | ${engine.noOptions.toFixed(1)} | |`);
print(`| for scale: JSON.parse of the review | ${engine.parse.toFixed(1)} | |`);
print(`| a whole answer, from the body's text to the response's | ${engine.answer.toFixed(1)} | |`);
print(
  `\nResident after ${memory.decisions} decisions: ${(memory.residentBytes / 2 ** 20).toFixed(0)} MB (aim 120)\n`,
);

print("## Few policies and many, in one process\n");
print(
  "| policies | a decision µs | to that with the fewest | choosing alone µs | a look at each µs | reading all ms | one changes ms |",
);
print("| --- | --- | --- | --- | --- | --- | --- |");
for (const one of many) {
  const times = (one.decision / (many[0]?.decision ?? Number.NaN)).toFixed(2);
  const micros = [one.selection, one.looking].map((figure) => figure.toFixed(1));
  const cells = [one.decision.toFixed(1), times, ...micros, one.reading.toFixed(0), one.change.toFixed(1)];
  print(`| ${one.policies} | ${cells.join(" | ")} |`);
}
print("");

const starts: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const server = await startWebhook();
  starts.push(server.readyAfter);
  await server.stop();
}
print(`Start to ready, median of ${ROUNDS}: ${median(starts).toFixed(0)} ms (aim 1000)\n`);

const body = reviewOf(stepPod(OPTIONS));
const bare = await startBare();
const webhook = await startWebhook();
const rounds: { readonly bare: Round; readonly webhook: Round }[] = [];
const both = async (): Promise<(typeof rounds)[number]> => ({
  bare: await load(bare, body, SECONDS),
  webhook: await load(webhook, body, SECONDS),
});
// The first pair warms both servers up.
await both();
for (let round = 0; round < ROUNDS; round += 1) rounds.push(await both());
const resident = await webhook.residentBytes();
await Promise.all([bare, webhook].map((server: Served) => server.stop()));

print("## Over TLS, beside a bare node:https server in the same run\n");
print(
  "| | requests/s | p50 ms | p95 ms | p99 ms | server CPU µs | failed |\n| --- | --- | --- | --- | --- | --- | --- |",
);
for (const name of ["bare", "webhook"] as const) {
  const own = rounds.map((round) => round[name]);
  const latency = [0, 1, 2].map((at) =>
    median(own.map((round) => round.latency[at] ?? Number.NaN)).toFixed(2),
  );
  const cells = [median(own.map(({ perSecond }) => perSecond)).toFixed(0), ...latency];
  const failed = own.reduce((sum, round) => sum + round.failed, 0);
  print(`| ${name} | ${cells.join(" | ")} | ${median(own.map(({ cpu }) => cpu)).toFixed(0)} | ${failed} |`);
}
const ratio = (figure: (round: Round) => number): string =>
  median(rounds.map((round) => figure(round.webhook) / figure(round.bare))).toFixed(2);
print(
  `\nThroughput, webhook / bare, median of ${ROUNDS} pairs: ${ratio(({ perSecond }) => perSecond)} (aim 0.6)`,
);
print(`Server CPU a request, webhook / bare: ${ratio(({ cpu }) => cpu)}`);
print(`Resident under load: ${(resident / 2 ** 20).toFixed(0)} MB`);
