import { type Replica } from "./control-plane/replica.ts";

/** The value of a series, `name{label="value"}`, as a replica tells it; none is nothing counted. */
export async function metric({ metrics }: Replica, series: string): Promise<number> {
  const lines = (await (await fetch(metrics)).text()).split("\n");
  return Number(lines.find((line) => line.startsWith(`${series} `))?.slice(series.length) ?? 0);
}
