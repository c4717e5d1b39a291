import { text } from "node:stream/consumers";

import { type ApiServer, open } from "../control-plane/call.ts";

const FAILURE = new RegExp(
  [
    String.raw`^apiserver_admission_webhook_(?:rejection|fail_open)_count\{.*name="\w+\.podpecker\.dev"`,
    String.raw`^apiserver_admission_webhook_request_total\{code="(?!200")\d+",name="\w+\.podpecker\.dev"`,
  ].join("|"),
);

/** How many calls of Podpecker's webhooks an API server has counted as refused, failed or passed over, by its series. */
export async function webhookFailures(api: ApiServer): Promise<Readonly<Record<string, number>>> {
  const lines = (await text(await open(api, "GET", "/metrics"))).split("\n");
  return Object.fromEntries(
    lines.filter((line) => FAILURE.test(line)).map((line) => seriesOf(line, line.lastIndexOf(" "))),
  );
}

const seriesOf = (line: string, end: number): [string, number] => [
  line.slice(0, end),
  Number(line.slice(end)),
];
