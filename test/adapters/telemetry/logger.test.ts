import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";

import { createLogger } from "#src/adapters/telemetry/logger.ts";
import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";

describe("the logger", () => {
  it("writes one JSON object a line, with level and time as people read them", () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    const { logger } = createLogger({ level: "info", destination });

    logger.debug("unseen");
    logger.info({ uid: "u1" }, "review");
    logger.error({ error: new Error("broken") }, "defect");

    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        level: "info",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as unknown,
        uid: "u1",
        msg: "review",
      },
      {
        level: "error",
        time: expect.any(String) as unknown,
        error: expect.objectContaining({
          type: "Error",
          message: "broken",
          stack: expect.any(String) as unknown,
        }) as unknown,
        msg: "defect",
      },
    ]);
  });

  it("has written everything once flushed", async () => {
    const dest = join(await temporaryDirectory(), "log");
    const destination = pino.destination({ dest, sync: false, minLength: 1_000_000, maxWrite: 2_000_000 });
    const { logger, flush } = createLogger({ level: "info", destination });

    for (let count = 0; count < 500; count += 1) logger.info({ count }, "review");
    await flush();

    expect((await readFile(dest, "utf8")).trim().split("\n")).toHaveLength(500);
  });

  it("flushes standard output even when it is a pipe and nothing was said", async () => {
    const { flush } = createLogger({ level: "info" });

    await expect(flush()).resolves.toBeUndefined();
    await expect(flush()).resolves.toBeUndefined();
  });

  it("need not be able to flush", async () => {
    const { flush } = createLogger({ level: "info", destination: { write: () => undefined } });

    await expect(flush()).resolves.toBeUndefined();
  });
});

// Linux has a device that is always full; elsewhere there is nothing to try it with.
it.runIf(existsSync("/dev/full"))("is given up where it cannot be written, and told once", async () => {
  const destination = pino.destination({ dest: "/dev/full", sync: false });
  const errors: Error[] = [];
  const broken = once(destination, "error");
  const { logger, flush } = createLogger({
    level: "info",
    destination,
    onBroken: (error) => errors.push(error),
  });

  logger.info("the first line");
  await broken;
  logger.info("another line");
  await flush();

  expect(errors).toHaveLength(1);
});
