import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { formatImage, matchesImage, parseImage } from "#src/kubernetes/image.ts";

const HASH = "0123456789abcdef".repeat(4);
const DIGEST = `sha256:${HASH}`;
const OTHER_DIGEST = `sha256:${"f".repeat(64)}`;

// Each line was asked of github.com/distribution/reference v0.6.0 (ParseNormalizedNamed, then TagNameOnly).
describe("parseImage, formatImage", () => {
  it.each([
    { text: "alpine", full: "docker.io/library/alpine:latest" },
    { text: "alpine:3.20", full: "docker.io/library/alpine:3.20" },
    { text: "plugins/docker", full: "docker.io/plugins/docker:latest" },
    { text: "docker.io/alpine", full: "docker.io/library/alpine:latest" },
    { text: "index.docker.io/alpine", full: "docker.io/library/alpine:latest" },
    { text: "index.docker.io/plugins/docker:1", full: "docker.io/plugins/docker:1" },
    { text: "localhost/x", full: "localhost/x:latest" },
    { text: "localhost:5000/x", full: "localhost:5000/x:latest" },
    { text: "localhost:5000", full: "docker.io/library/localhost:5000" },
    { text: "example.com/a/b/c:1", full: "example.com/a/b/c:1" },
    { text: "[::1]:5000/x", full: "[::1]:5000/x:latest" },
    { text: "FOO/bar", full: "FOO/bar:latest" },
    { text: "evil.com/docker.io/woodpeckerci/x", full: "evil.com/docker.io/woodpeckerci/x:latest" },
    { text: `alpine@${DIGEST}`, full: `docker.io/library/alpine@${DIGEST}` },
    { text: `alpine:3@${DIGEST}`, full: `docker.io/library/alpine:3@${DIGEST}` },
    { text: "a__b/c--d.e", full: "docker.io/a__b/c--d.e:latest" },
    { text: `b.c/${"a".repeat(255)}`, full: `b.c/${"a".repeat(255)}:latest` },
  ])("$text is $full", ({ text, full }) => {
    const image = parseImage(text);

    expect(image && formatImage(image)).toBe(full);
  });

  it.each([
    ...[
      "",
      "/",
      "a/",
      "/a",
      "a//b",
      "Alpine",
      "a/B",
      "a:",
      "a::b",
      "a:-x",
      "a b",
      " a",
      "a\n",
      "*",
      "a/*",
      "a:*",
    ],
    ...["a/../b", "a/./b", "a___b", "-a", "a-", "foo:bar/x", "-r.com/x", "r.com:/x", "https://r.com/x", HASH],
    ...["a@", "a@sha256:", `a@${DIGEST}0`, `a@SHA256:${HASH}`, `a@${DIGEST.toUpperCase()}`, `a@md5:${HASH}`],
    ...[`a:${"b".repeat(129)}`, `b.c/${"a".repeat(256)}`, "a".repeat(1_000_000), "a.".repeat(500_000)],
  ])("%.60j is no image", (text) => {
    expect(parseImage(text)).toBeUndefined();
  });

  it("keeps the parts apart", () => {
    expect(parseImage(`acme.io:5000/ci/x:1@${DIGEST}`)).toEqual({
      registry: "acme.io:5000",
      repository: "ci/x",
      tag: "1",
      digest: DIGEST,
    });
    expect(parseImage(`x@${DIGEST}`)).toEqual({
      registry: "docker.io",
      repository: "library/x",
      digest: DIGEST,
    });
  });

  it.prop([reference()])("a full reference stays as it is", (text) => {
    const image = parseImage(text);
    fc.pre(image !== undefined);

    const full = formatImage(image);

    expect(parseImage(full)).toEqual(image);
  });
});

describe("matchesImage", () => {
  it.each([
    { pattern: "alpine", image: "alpine" },
    { pattern: "alpine", image: "index.docker.io/library/alpine:latest" },
    { pattern: "docker.io/library/alpine:3*", image: "alpine:3.20" },
    { pattern: "registry.example.com/*", image: "registry.example.com/a/b:1" },
    { pattern: "registry.example.com/*", image: `registry.example.com/a@${DIGEST}` },
    { pattern: "registry.example.com:5000/*", image: "registry.example.com:5000/a" },
    { pattern: "registry.example.com:*/a", image: "registry.example.com:5000/a" },
    { pattern: "*.example.com/x", image: "a.b.example.com/x" },
    {
      pattern: "docker.io/woodpeckerci/plugin-docker-buildx:*",
      image: "woodpeckerci/plugin-docker-buildx:5",
    },
    {
      pattern: "docker.io/woodpeckerci/plugin-docker-buildx:*",
      image: `woodpeckerci/plugin-docker-buildx@${DIGEST}`,
    },
    { pattern: "woodpeckerci/*", image: "docker.io/woodpeckerci/plugin-git:2" },
    { pattern: "docker.io/*", image: "alpine:3" },
    { pattern: "docker.io/*", image: "plugins/docker" },
    { pattern: "index.docker.io/*", image: "plugins/docker" },
    { pattern: "*", image: "alpine" },
    { pattern: "*", image: `evil.com/x@${DIGEST}` },
    { pattern: "*:*", image: "evil.com/x:1" },
    { pattern: "*:1", image: "evil.com/x:1" },
    { pattern: "alp*", image: "alpine:3" },
    { pattern: "*/docker", image: "plugins/docker" },
    { pattern: `acme.io/x@${DIGEST}`, image: `acme.io/x@${DIGEST}` },
    { pattern: `acme.io/x@${DIGEST}`, image: `acme.io/x:1@${DIGEST}` },
    { pattern: `acme.io/x:1@${DIGEST}`, image: `acme.io/x@${DIGEST}` },
    { pattern: "acme.io/x@sha256:*", image: `acme.io/x@${DIGEST}` },
    { pattern: `*@${DIGEST}`, image: `acme.io/x@${DIGEST}` },
  ])("$pattern covers $image", ({ pattern, image }) => {
    expect(matchesImage(pattern, image)).toBe(true);
  });

  it.each([
    { pattern: "docker.io/woodpeckerci/*", image: "evil.com/docker.io/woodpeckerci/x" },
    { pattern: "docker.io/woodpeckerci/*", image: "docker.io/woodpeckerci-evil/x" },
    { pattern: "docker.io/woodpeckerci/*", image: "docker.io.evil.com/woodpeckerci/x" },
    { pattern: "docker.io/woodpeckerci/*", image: "evil/woodpeckerci/x" },
    { pattern: "docker.io/woodpeckerci/*", image: "docker.io/woodpeckerci/../evil/x" },
    { pattern: "docker.io/woodpeckerci/*", image: "DOCKER.IO/woodpeckerci/x" },
    { pattern: "registry.example.com/*", image: "registry.example.com:5000/a" },
    { pattern: "registry.example.com/*", image: "evil.com/registry.example.com/a" },
    { pattern: "*.example.com/x", image: "evil.com/a.example.com/x" },
    { pattern: "*.example.com/x", image: "example.com/x" },
    { pattern: "*/docker", image: "evil.com/docker" },
    { pattern: "*/docker", image: "evil.com/plugins/docker" },
    { pattern: "*/*", image: "evil.com/x/y" },
    { pattern: "alp*", image: "alpine-evil/x" },
    { pattern: "golang*", image: "evil.com/golang" },
    { pattern: "alpine", image: "alpine:3" },
    { pattern: "alpine", image: `alpine@${DIGEST}` },
    { pattern: "alpine", image: `alpine:latest@${DIGEST}` },
    { pattern: "alpine:3", image: `alpine:3@${DIGEST}` },
    { pattern: "alpine:3*", image: `alpine:3@${DIGEST}` },
    { pattern: `alpine@${DIGEST}`, image: `alpine@${OTHER_DIGEST}` },
    { pattern: `alpine@${DIGEST}`, image: "alpine" },
    { pattern: `alpine:latest@${DIGEST}`, image: "alpine:latest" },
    { pattern: `acme.io/*@${DIGEST}`, image: "acme.io/x" },
    { pattern: "acme.io/*:1", image: "acme.io/x:2" },
    { pattern: "acme.io/*:1", image: `acme.io/x@${DIGEST}` },
    { pattern: "docker.io/*", image: "evil.com/x" },
    { pattern: "*", image: "not an image" },
    { pattern: "*", image: "" },
    { pattern: "*", image: "*" },
    { pattern: "", image: "alpine" },
    { pattern: "Alpine", image: "alpine" },
  ])("$pattern does not cover $image", ({ pattern, image }) => {
    expect(matchesImage(pattern, image)).toBe(false);
  });

  it.prop([reference()])("an image is covered by itself", (text) => {
    fc.pre(parseImage(text) !== undefined);

    expect(matchesImage(text, text)).toBe(true);
  });

  it.prop([reference(), fc.constantFrom("docker.io/a/*", "a.b/*", "localhost:5000/*:*")])(
    "no pattern reaches beyond its registry",
    (text, pattern) => {
      fc.pre(matchesImage(pattern, text));

      expect(parseImage(text)?.registry).toBe(pattern.slice(0, pattern.indexOf("/")));
    },
  );
});

function reference(): fc.Arbitrary<string> {
  const component = fc.constantFrom(
    "docker.io",
    "index.docker.io",
    "localhost:5000",
    "a.b",
    "a",
    "library",
    "x-y",
  );
  return fc
    .tuple(
      fc.array(component, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("", ":latest", ":1"),
      fc.constantFrom("", `@${DIGEST}`),
    )
    .map(([components, tag, digest]) => `${components.join("/")}${tag}${digest}`);
}
