import { readdirSync, readFileSync, statSync, watch as watchEvents } from "node:fs";
import { chmod, mkdir, readFile, rename, rm, symlink, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";

import { type WatchOptions, watchFiles } from "#src/adapters/files/watch-files.ts";
import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";

/** What a path says: a file's text, or name and text of each file in a directory; "" where there is nothing. */
function stateOf(path: string): string {
  try {
    if (!statSync(path).isDirectory()) return readFileSync(path, "utf8");
    const names = readdirSync(path).filter((name) => !name.startsWith("."));
    return names.map((name) => `${name}=${readFileSync(join(path, name), "utf8")}`).join(" ");
  } catch {
    return "";
  }
}

/** Watches a path and notes what each call finds there; without a poll unless one is asked for, so that only events
 * can have told. */
function watching(path: string, options: WatchOptions = {}) {
  const found: string[] = [];
  const watch = watchFiles([path], () => void found.push(stateOf(path)), {
    settleMs: 20,
    pollMs: 1e6,
    ...options,
  });
  onTestFinished(() => {
    watch.close();
  });
  const finds = (state: string) =>
    expect.poll(() => found.at(-1), { interval: 5, timeout: 5_000 }).toBe(state);
  return { finds, found, watch };
}

/** Time in which a call that should not come would have come. */
const quiet = (): Promise<void> => sleep(150);

describe("a watched file", () => {
  const replace = async (file: string): Promise<void> => {
    await writeFile(`${file}.new`, "b");
    await utimes(`${file}.new`, 1, 1);
    await rename(`${file}.new`, file);
  };

  it.each([
    { title: "written in place", act: (file: string) => writeFile(file, "b"), state: "b" },
    { title: "renamed over by one of the same size and age", act: replace, state: "b" },
    { title: "removed", act: (file: string) => unlink(file), state: "" },
    { title: "given another mode", act: (file: string) => chmod(file, 0o600), state: "a" },
  ])("$title is told", async ({ act, state }) => {
    const file = join(await temporaryDirectory(), "a.yaml");
    await writeFile(file, "a");
    await utimes(file, 1, 1);
    const { finds } = watching(file);

    await act(file);

    await finds(state);
  });

  it("is told once for what happened at once", async () => {
    const file = join(await temporaryDirectory(), "a.yaml");
    await writeFile(file, "a");
    const { finds, found } = watching(file);

    await replace(file);
    await finds("b");
    await quiet();

    expect(found).toEqual(["b"]);
  });

  it("may come to be, go and come back, its directory with it", async () => {
    const dir = join(await temporaryDirectory(), "a", "b");
    const file = join(dir, "c.yaml");
    const { finds } = watching(file);

    await mkdir(dir, { recursive: true });
    await writeFile(file, "1");
    await finds("1");
    await rm(join(dir, ".."), { recursive: true });
    await finds("");
    await mkdir(dir, { recursive: true });
    await writeFile(file, "2");
    await finds("2");
    await writeFile(file, "3");
    await finds("3");
  });

  it("does not notice its neighbours", async () => {
    const dir = await temporaryDirectory();
    const file = join(dir, "a.yaml");
    await writeFile(file, "a");
    const { found } = watching(file);

    await writeFile(join(dir, "b.yaml"), "b");
    await readFile(file);
    await quiet();

    expect(found).toEqual([]);
  });
});

describe("a watched directory", () => {
  it("tells of files added, changed and removed", async () => {
    const dir = await temporaryDirectory();
    const { finds } = watching(dir);

    await writeFile(join(dir, "a.yaml"), "1");
    await finds("a.yaml=1");
    await writeFile(join(dir, "b.yaml"), "2");
    await finds("a.yaml=1 b.yaml=2");
    await writeFile(join(dir, "a.yaml"), "3");
    await finds("a.yaml=3 b.yaml=2");
    await unlink(join(dir, "a.yaml"));
    await finds("b.yaml=2");
  });

  it("says nothing of hidden files", async () => {
    const dir = await temporaryDirectory();
    const { found } = watching(dir);

    await writeFile(join(dir, ".a.yaml.swp"), "s");
    await quiet();

    expect(found).toEqual([]);
  });

  it("may be removed and made again, at once or later", async () => {
    const dir = join(await temporaryDirectory(), "policies");
    await mkdir(dir);
    await writeFile(join(dir, "a.yaml"), "1");
    const { finds } = watching(dir);

    await rm(dir, { recursive: true });
    await mkdir(dir);
    await writeFile(join(dir, "a.yaml"), "2");
    await finds("a.yaml=2");
    await writeFile(join(dir, "a.yaml"), "3");
    await finds("a.yaml=3");
    await rm(dir, { recursive: true });
    await finds("");
    await mkdir(dir);
    await writeFile(join(dir, "b.yaml"), "4");
    await finds("b.yaml=4");
    await writeFile(join(dir, "b.yaml"), "5");
    await finds("b.yaml=5");
  });

  it("need not exist yet", async () => {
    const dir = join(await temporaryDirectory(), "later");
    const { finds } = watching(dir);

    await mkdir(dir);
    await finds("");
    await writeFile(join(dir, "a.yaml"), "1");
    await finds("a.yaml=1");
  });
});

describe("a mounted Secret or ConfigMap", () => {
  // As the kubelet writes it: https://github.com/kubernetes/kubernetes/blob/v1.33.0/pkg/volume/util/atomic_writer.go
  async function swap(dir: string, version: string): Promise<void> {
    const payload = `..${version}`;
    await mkdir(join(dir, payload));
    await writeFile(join(dir, payload, "tls.crt"), version);
    await symlink(payload, join(dir, "..data_tmp"));
    const before = await readFile(join(dir, "..data", "tls.crt"), "utf8").catch(() => "");
    await rename(join(dir, "..data_tmp"), join(dir, "..data"));
    if (before === "") await symlink(join("..data", "tls.crt"), join(dir, "tls.crt"));
    else await rm(join(dir, `..${before}`), { recursive: true });
  }

  it.each([
    { watched: "its directory", name: "." },
    { watched: "one file of it", name: "tls.crt" },
  ])("tells of each swap of ..data to who watches $watched", async ({ name }) => {
    const dir = await temporaryDirectory();
    await swap(dir, "1");
    const { finds } = watching(join(dir, name));

    for (const version of ["2", "3", "4"]) {
      await swap(dir, version);
      await finds(name === "." ? `tls.crt=${version}` : version);
    }
  });
});

describe("the calls", () => {
  it("come one after another, and once for all that changed meanwhile", async () => {
    const file = join(await temporaryDirectory(), "a.yaml");
    await writeFile(file, "0");
    const put = async (text: string): Promise<void> => {
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    };
    const read: string[] = [];
    let release: () => void = () => undefined;
    let running = 0;
    const watch = watchFiles(
      [file],
      async () => {
        running += 1;
        expect(running).toBe(1);
        read.push(await readFile(file, "utf8"));
        if (read.length === 1) await new Promise<void>((resolve) => (release = resolve));
        running -= 1;
      },
      { settleMs: 10, pollMs: 1e6 },
    );
    onTestFinished(() => {
      watch.close();
    });

    await put("1");
    await expect.poll(() => read.length).toBe(1);
    for (const text of ["2", "3", "4"]) {
      await put(text);
      await sleep(30);
    }
    expect(read).toEqual(["1"]);
    release();

    await expect.poll(() => read.at(-1)).toBe("4");
    // Two, unless the machine is so busy that the last change is told late.
    expect(read.length).toBeLessThanOrEqual(3);
  });

  it("go on after one that failed", async () => {
    const file = join(await temporaryDirectory(), "a.yaml");
    const errors: unknown[] = [];
    let calls = 0;
    const watch = watchFiles(
      [file],
      () => {
        calls += 1;
        throw new Error(`call ${calls}`);
      },
      { settleMs: 10, pollMs: 1e6, onDefect: (error) => errors.push(error) },
    );
    onTestFinished(() => {
      watch.close();
    });

    await writeFile(file, "1");
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    const before = errors.length;
    await writeFile(file, "22");

    await expect.poll(() => errors.length).toBeGreaterThan(before);
    expect(errors[0]).toEqual(new Error("call 1"));
  });

  it("end with the watch", async () => {
    const file = join(await temporaryDirectory(), "a.yaml");
    const { watch, found } = watching(file, { pollMs: 10 });

    watch.close();
    watch.close();
    await writeFile(file, "1");
    await quiet();

    expect(found).toEqual([]);
  });

  it("need no events where the file system sends none", async () => {
    const [dir, elsewhere] = [await temporaryDirectory(), await temporaryDirectory()];
    await writeFile(join(elsewhere, "a.yaml"), "1");
    await symlink(join(elsewhere, "a.yaml"), join(dir, "a.yaml"));
    const { finds } = watching(join(dir, "a.yaml"), { pollMs: 20 });
    const events: unknown[] = [];
    const control = watchEvents(dir, (event) => events.push(event));
    onTestFinished(() => {
      control.close();
    });

    await writeFile(join(elsewhere, "a.yaml"), "22");
    await finds("22");

    expect(events).toEqual([]);
  });
});
