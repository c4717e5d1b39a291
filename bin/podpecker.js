#!/usr/bin/env node
// What npx runs. It is there before the first build: npx remembers for good that a program was not.
import { existsSync } from "node:fs";
import process from "node:process";
import { URL } from "node:url";

const main = new URL("../dist/main.js", import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write("podpecker: it is not built yet; npm run build does it\n");
  process.exitCode = 2;
}
