import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

import { podpecker } from "./podpecker.ts";

const COMMANDS = [
  ...["serve", "review", "preview", "explain", "validate", "test", "audit", "diff"],
  ...["doctor", "schema", "certs"],
];

describe("podpecker", () => {
  it("prints its version", async () => {
    const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };

    expect(await podpecker(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it.each(["--help", "help"])("prints its help for %s", async (word) => {
    const { code, stdout, stderr } = await podpecker([word]);

    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} `, "m"));
    expect(stdout).toContain("Exit codes:");
  });

  it("prints its help as an error without a command", async () => {
    const { code, stdout, stderr } = await podpecker([]);

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Usage: podpecker");
  });

  it.each(
    COMMANDS.flatMap((command) => [
      [command, "--help"],
      ["help", command],
    ]),
  )("tells exit codes and examples for %s %s", async (...words) => {
    const { code, stdout } = await podpecker(words);

    expect(code).toBe(0);
    expect(stdout).toContain("Exit codes:");
    expect(stdout).toContain("Examples:");
  });

  it.each([
    { words: ["serv"], says: "(Did you mean serve?)" },
    { words: ["review", "--polcy", "x"], says: "(Did you mean --policy?)" },
    { words: ["validate"], says: "missing required argument 'path'" },
    { words: ["serve"], says: "nothing says where policies are; name files with --policy, or a cluster" },
    { words: ["serve", "--policy", "x", "--context", "y"], says: "--context is of no use without --cluster" },
    { words: ["serve", "--policy", "x", "--port", "70000"], says: "It must be a number from 0 to 65535." },
    { words: ["serve", "--policy", "x", "--log-level", "loud"], says: "Allowed choices are trace, debug" },
    {
      words: ["review", "x", "--policy", "y", "--output", "yaml"],
      says: "Allowed choices are explain, diff",
    },
    {
      words: ["review", "x", "--policy", "y", "--policy-configmap", "one"],
      says: "It must be NAMESPACE/NAME.",
    },
    { words: ["schema", "pod"], says: "Allowed choices are policy, options, preview, explain, audit" },
  ])("says what is wrong with $words", async ({ words, says }) => {
    const { code, stdout, stderr } = await podpecker(words);

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain("    at ");
  });

  it("ends with 70 and a stack for a defect of its own", async () => {
    const trap = "data:text/javascript,JSON.parse=()=>{throw new TypeError('boom')}";

    const { code, stderr } = await podpecker(["--version"], { env: { NODE_OPTIONS: `--import "${trap}"` } });

    expect(code).toBe(70);
    expect(stderr).toMatch(/defect of Podpecker[^]*TypeError: boom\n {4}at /);
  });

  it("ends with 70 for a defect in a callback, too", async () => {
    const trap = "data:text/javascript,process.stdin.on=()=>setImmediate(()=>{throw new TypeError('boom')})";

    const { code, stderr } = await podpecker(["review", "--policy", "package.json"], {
      env: { NODE_OPTIONS: `--import "${trap}"` },
    });

    expect(code).toBe(70);
    expect(stderr).toContain("TypeError: boom");
  });
});
