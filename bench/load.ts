import autocannon from "autocannon";

import { type Served } from "./served.ts";

/** What one round of load saw. */
export interface Round {
  readonly perSecond: number;
  /** Milliseconds, at the 50th, 95th and 99th of a hundred requests. */
  readonly latency: readonly [number, number, number];
  /** CPU microseconds of the server for a request. */
  readonly cpu: number;
  readonly failed: number;
}

const CONNECTIONS = 16;

/** Sends the same review over kept-alive TLS connections for some seconds. */
export async function load(server: Served, body: string, seconds: number): Promise<Round> {
  const latencies: number[] = [];
  const before = await server.cpuSeconds();
  const start = performance.now();
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      {
        url: server.url,
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        connections: CONNECTIONS,
        duration: seconds,
        tlsOptions: { rejectUnauthorized: false },
      },
      (error: Error | null, done) => {
        if (error === null) resolve(done);
        else reject(error);
      },
    );
    run.on("response", (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
  });
  const took = (performance.now() - start) / 1000;
  const cpu = (await server.cpuSeconds()) - before;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
  return {
    perSecond: latencies.length / took,
    latency: [at(0.5), at(0.95), at(0.99)],
    cpu: (cpu * 1e6) / latencies.length,
    failed: result.errors + result.timeouts + result.non2xx,
  };
}
