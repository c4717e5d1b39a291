import { readFileSync } from "node:fs";

/** The version of the package that this file belongs to. */
export function readVersion(): string {
  // As far from src/cli as from dist/cli.
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  // npm makes no package without one.
  return (JSON.parse(text) as { readonly version: string }).version;
}
