import { z } from "zod";

import { readText, readYaml } from "./manifests.ts";

const FOLDER = "manifests/components/monitoring";

const Rule = z.looseObject({
  alert: z.string(),
  expr: z.string(),
  labels: z.strictObject({ severity: z.enum(["warning", "critical"]) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string() }),
});
const PrometheusRule = z.looseObject({
  spec: z.looseObject({ groups: z.array(z.looseObject({ rules: z.array(Rule) })) }),
});
const Panel = z.looseObject({
  id: z.number(),
  title: z.string(),
  gridPos: z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
  targets: z.array(z.looseObject({ expr: z.string() })),
});
const Dashboard = z.looseObject({ uid: z.string(), panels: z.array(Panel) });

/** The alerts, as Prometheus reads them. */
export const alerts = PrometheusRule.parse(readYaml(`${FOLDER}/prometheus-rule.yaml`)[0]).spec.groups.flatMap(
  ({ rules }) => rules,
);
/** The dashboard, as Grafana reads it. */
export const { uid, panels } = Dashboard.parse(JSON.parse(readText(`${FOLDER}/dashboard.json`)));

/** Every expression of alerts and dashboard, with what it is for. */
export const expressions = [
  ...alerts.map(({ alert, expr }) => ({ name: alert, expr })),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ name: title, expr }))),
];
