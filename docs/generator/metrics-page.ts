import { METRICS } from "#src/adapters/telemetry/metric-table.ts";
import { VERBS } from "#src/audit/outcomes.ts";
import { code, page, table } from "./markdown.ts";

/** Every metric, and the verbs by which rules are counted. */
export function metricsPage(): string {
  return page("Metrics", [
    "What Prometheus finds at `/metrics`, beside the usual `process_*` and `nodejs_*`. No label takes values from a step without end. Each replica counts for itself: sum over them. Alerts and a dashboard that use these are in `manifests/components/monitoring`.",
    ...Object.entries(METRICS).flatMap(([name, { type, help, labels, use }]) => [
      `## ${name}`,
      `A ${type}. ${help}`,
      ...(Object.keys(labels).length === 0 ? [] : [labelTable(labels)]),
      `**What to do:** ${use}`,
    ]),
    "## Verbs",
    "What became of something, in the eyes of the rule that decided about it: in the metrics, in the log and in reports.",
    table(
      ["verb", "meaning"],
      Object.entries(VERBS).map(([verb, meaning]) => [code(verb), meaning]),
    ),
  ]);
}

const labelTable = (labels: Readonly<Record<string, string>>): string =>
  table(
    ["label", "values"],
    Object.entries(labels).map(([label, values]) => [code(label), values]),
  );
