import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import { isLabelValue } from "#src/kubernetes/names.ts";
import { parsePlatform } from "#src/kubernetes/platform.ts";

describe("parsePlatform", () => {
  it.each([
    { text: "linux/amd64", platform: { os: "linux", arch: "amd64" } },
    { text: "linux/arm64/v8", platform: { os: "linux", arch: "arm64", variant: "v8" } },
    { text: "linux/arm/v7", platform: { os: "linux", arch: "arm", variant: "v7" } },
    { text: "linux/386", platform: { os: "linux", arch: "386" } },
    { text: "linux/ppc64le", platform: { os: "linux", arch: "ppc64le" } },
    { text: "linux/s390x", platform: { os: "linux", arch: "s390x" } },
    { text: "linux/riscv64", platform: { os: "linux", arch: "riscv64" } },
    { text: "windows/amd64", platform: { os: "windows", arch: "amd64" } },
  ])("reads $text", ({ text, platform }) => {
    expect(parsePlatform(text)).toEqual(platform);
  });

  it.each([
    ...[
      "",
      "linux",
      "linux/",
      "/amd64",
      "linux//v7",
      "linux/arm/",
      "linux/arm/v7/x",
      "Linux/amd64",
      "linux/AMD64",
    ],
    ...[
      "linux/x86_64",
      "linux/amd-64",
      " linux/amd64",
      "linux/amd64\n",
      "linux/*",
      `linux/${"a".repeat(64)}`,
    ],
  ])("%j is no platform", (text) => {
    expect(parsePlatform(text)).toBeUndefined();
  });

  it.prop([fc.stringMatching(/^[ab1/-]{0,8}$/)])("gives parts fit to be label values", (text) => {
    const platform = parsePlatform(text);
    fc.pre(platform !== undefined);

    const parts = Object.values(platform);

    expect(parts.join("/")).toBe(text);
    expect(parts.every(isLabelValue)).toBe(true);
  });
});
