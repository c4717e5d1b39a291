import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readDockerIgnore } from "./build-context.ts";
import { buildImage, filesBelow, type Image } from "./build-image.ts";
import { startContainer } from "./container.ts";
import { assignment, listOf, readDockerfile } from "./dockerfile.ts";

/** No engine is needed for any of this: the stages are folders, and their bases this machine. */
const ROOT = join(import.meta.dirname, "../..");
const text = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const stages = readDockerfile(text("Dockerfile"));
const last = stages.at(-1) ?? { base: "", name: "", instructions: [] };
const { version } = JSON.parse(text("package.json")) as { version: string };

const all = (keyword: string): string[] =>
  last.instructions.filter((instruction) => instruction.keyword === keyword).map(({ rest }) => rest);

describe("the last stage", () => {
  it("is without a shell, so that its commands are lists and nothing is run in it", () => {
    expect(last.base).toMatch(/^gcr\.io\/distroless\/nodejs24-/);
    expect(all("RUN")).toEqual([]);
    for (const { keyword, rest } of last.instructions.filter(({ keyword }) => /ENTRYPOINT|CMD/.test(keyword)))
      expect(listOf({ keyword, rest })).not.toEqual([]);
  });

  it("starts the Node.js of its base, which is not on its path", () => {
    expect(all("ENTRYPOINT").map((rest) => listOf({ keyword: "ENTRYPOINT", rest })[0])).toEqual([
      "/nodejs/bin/node",
    ]);
  });

  it("runs as a user whose number is not root's", () => {
    expect(all("USER")).toEqual(["65532:65532"]);
  });

  it("exposes the ports of the Deployment", () => {
    const ports = [...text("manifests/base/deployment.yaml").matchAll(/containerPort: (\d+)/g)];

    expect(all("EXPOSE").join(" ").split(" ")).toEqual(ports.map(([, port]) => port));
  });

  it("is of the package's version", () => {
    expect(all("ARG").map(assignment)).toContainEqual(["VERSION", version]);
  });
});

describe("the context", () => {
  const isSent = readDockerIgnore();

  it.each(["package.json", "package-lock.json", "tsconfig.json", "LICENSE", "src/main.ts"])(
    "has %s",
    (path) => {
      expect(isSent(path)).toBe(true);
    },
  );

  it.each([
    ".env",
    ".git/config",
    ".npmrc",
    "build/bench/run.js",
    "certs/development/ca.key",
    "dist/main.js",
    "node_modules/zod/package.json",
    "test/image/image.test.ts",
    "tls.key",
  ])("has not %s", (path) => {
    expect(isSent(path)).toBe(false);
  });
});

describe("the image", () => {
  let image: Image;
  let folder: string;
  let files: readonly string[];

  beforeAll(() => {
    ({ image, folder } = buildImage(stages));
    files = filesBelow(join(image.root, image.workdir));
    // A root file system that is read-only is so for the owner of the files as well.
    execFileSync("chmod", ["-R", "a-w", image.root]);
  }, 240_000);

  afterAll(() => {
    execFileSync("chmod", ["-R", "u+w", folder]);
    rmSync(folder, { recursive: true });
  });

  it("has the program, what it needs, and nothing else", () => {
    const tops = new Set(files.map((file) => file.split("/")[0]));

    expect([...tops].sort()).toEqual([
      "LICENSE",
      "dist",
      "node_modules",
      "package-lock.json",
      "package.json",
    ]);
  });

  it("has a compiled file for each source, and no other", () => {
    const sources = filesBelow(join(ROOT, "src"));

    const compiled = files.filter((file) => file.startsWith("dist/"));

    expect(compiled).toEqual(sources.map((file) => `dist/${file.replace(/\.ts$/, ".js")}`).sort());
  });

  it("has no package that only developers need", () => {
    const { packages } = JSON.parse(text("package-lock.json")) as {
      packages: Readonly<Record<string, { readonly dev?: boolean }>>;
    };
    const installed = files.flatMap((file) => /^(node_modules\/.*)\/package\.json$/.exec(file)?.[1] ?? []);

    const known = installed.filter((path) => path in packages);

    expect(known).toContain("node_modules/express");
    expect(known.filter((path) => packages[path]?.dev === true)).toEqual([]);
    expect(files.filter((file) => /^node_modules\/(vitest|typescript|eslint|tsx)\//.test(file))).toEqual([]);
  });

  it("has neither keys nor maps, declarations or what a next build would start from", () => {
    const unwanted = /\.(map|[cm]?ts|pem|key|tsbuildinfo|log)$|(^|\/)\.(env|npmrc)[^/]*$/;

    expect(files.filter((file) => unwanted.test(file))).toEqual([]);
  });

  it("can be read by everybody and written by nobody", () => {
    const modes = files
      .filter((file) => !file.includes("/.bin/"))
      .map((file) => [file, statSync(join(image.root, image.workdir, file)).mode & 0o777] as const);

    expect(modes.filter(([, mode]) => (mode & 0o444) !== 0o444 || (mode & 0o222) !== 0)).toEqual([]);
  });

  it("tells its version", async () => {
    const { ended } = startContainer(last, image, ["--version"]);

    expect(await ended).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("says what it can do when it is told nothing", async () => {
    const words = all("CMD").flatMap((rest) => listOf({ keyword: "CMD", rest }));

    const { code, stdout } = await startContainer(last, image, words).ended;

    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("podpecker serve") as string,
    });
  });

  it("serves, as the image's user, from a file system that it cannot write to", async () => {
    const policy = join(folder, "policy.yaml");
    writeFileSync(policy, text("manifests/base/policy.yaml"));
    const words = ["serve", "--policy", policy, "--port", "0", "--metrics-port", "0"];
    const container = startContainer(last, image, words);

    const [, url = ""] = await container.until(/Listening on (https:\S+)\/mutate/);
    const status = await statusOf(`${url}/readyz`);
    container.child.kill("SIGTERM");

    expect(status).toBe(200);
    expect((await container.ended).code).toBe(0);
  });
});

function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    // The certificate is made anew at each start; whose it is is not the question here.
    get(url, { rejectUnauthorized: false, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });
}
