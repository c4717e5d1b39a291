import { fc, it } from "@fast-check/vitest";
import { describe, expect } from "vitest";

import {
  dnsLabelFrom,
  hugePageSize,
  isDnsLabel,
  isDnsSubdomain,
  isEnvName,
  isExtendedResource,
  isLabelValue,
  isQualifiedName,
  isResourceName,
  isSecretKey,
  toLabelValue,
} from "#src/kubernetes/names.ts";
import { formatQuantity } from "#src/kubernetes/quantity.ts";

const long = (length: number): string => "a".repeat(length);

describe.each([
  {
    check: isDnsLabel,
    good: ["a", "0", "a-b", "a--b", "123", long(63)],
    bad: ["", "-a", "a-", "A", "a.b", "a_b", "a b", "a\n", "é", long(64), long(1_000_000)],
  },
  {
    check: isDnsSubdomain,
    good: ["a", "a.b", "a-b.c", "0.1", long(64), long(253)],
    bad: ["", ".", "a.", ".a", "a..b", "a.-b", "A.b", "a_b", "a/b", long(254), ".".repeat(1_000_000)],
  },
  {
    check: isQualifiedName,
    good: ["a", "A_b.c-d", "example.com/Name", "a/b", `${long(253)}/${long(63)}`],
    bad: ["", "/", "a/", "/a", "a/b/c", "A/b", "a/-b", "a_b/c", long(64), `${long(254)}/a`, `a/${long(64)}`],
  },
  {
    check: isLabelValue,
    good: ["", "a", "A_b.c-D", "1.2.3", long(63)],
    bad: ["-a", "a-", ".", "a b", "a/b", "a\n", "é", long(64), "-".repeat(1_000_000)],
  },
  {
    check: isEnvName,
    good: ["A", "_", "my.env-name", "-a", ".a", "a..b", "CI_PIPELINE_NUMBER"],
    bad: ["", ".", "..", "..a", "1A", "a b", "a=b", "é", "a\n"],
  },
  {
    check: isSecretKey,
    good: ["a", ".dockerconfigjson", "tls.crt", "A_b-c", "a..b", long(253)],
    bad: ["", ".", "..", "..a", "a/b", "a b", "é", "a\n", long(254)],
  },
  {
    check: isResourceName,
    good: [
      ...["cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "hugepages-1Gi", "nvidia.com/gpu", "a/b"],
      // Odd, but so the API server has it: native names with a domain are not looked at further.
      ...["kubernetes.io/batch-cpu", "notkubernetes.io/x", `${long(244)}/x`],
    ],
    bad: [
      ...["", "gpu", "storage", "pods", "requests.cpu", "requests.nvidia.com/gpu", "nvidia.com/", "CPU"],
      ...["hugepages-", "hugepages-x", "hugepages-0", "hugepages-1m", "hugepages-2/x", `${long(245)}/x`],
    ],
  },
  {
    check: isExtendedResource,
    good: ["nvidia.com/gpu", "a/b", "squat.ai/fuse"],
    bad: ["cpu", "hugepages-2Mi", "kubernetes.io/x", "node.kubernetes.io/x", "requests.a/b", "a/b/c", ""],
  },
])("$check.name", ({ check, good, bad }) => {
  it.each(good)("takes %.60j", (text) => {
    expect(check(text)).toBe(true);
  });

  it.each(bad)("refuses %.60j", (text) => {
    expect(check(text)).toBe(false);
  });
});

describe("hugePageSize", () => {
  it.each([
    { name: "hugepages-2Mi", size: "2Mi" },
    { name: "hugepages-1Gi", size: "1Gi" },
    { name: "hugepages-64k", size: "64k" },
    { name: "hugepages-0", size: undefined },
    { name: "hugepages-", size: undefined },
    { name: "2Mi", size: undefined },
  ])("of $name is $size", ({ name, size }) => {
    const found = hugePageSize(name);

    expect(found === undefined ? undefined : formatQuantity(found)).toBe(size);
  });
});

describe("dnsLabelFrom", () => {
  it.each([
    { text: "build-1", name: "build-1" },
    { text: "01HE8BEBCTABR3KGK0QJ36D2ME", name: "01he8bebctabr3kgk0qj36d2me-fe503277" },
    { text: "A_b", name: "a-b-08eb65ad" },
    { text: "  Größe & co ", name: "gr-e-co-e50b8355" },
    { text: "", name: "x-e3b0c442" },
    { text: "!!!", name: "x-e84c538e" },
    { text: "a.b", name: "a-b-2e7336dc" },
    { text: long(64), name: `${long(54)}-ffe054fe` },
    { text: `${long(53)}_b`, name: `${long(53)}-79423a79` },
  ])("$text becomes $name", ({ text, name }) => {
    expect(dnsLabelFrom(text)).toBe(name);
  });

  it("never gives away a name that another text was given", () => {
    const taken = dnsLabelFrom("A_b");

    expect(dnsLabelFrom(taken)).not.toBe(taken);
  });

  it.prop([words(), words()])("names a text always alike, and no two texts alike", (a, b) => {
    expect(dnsLabelFrom(a)).toSatisfy(isDnsLabel);
    expect(dnsLabelFrom(a) === dnsLabelFrom(b)).toBe(a === b);
  });

  it.prop([fc.string({ unit: "binary" })])("makes a DNS label of anything", (text) => {
    expect(dnsLabelFrom(text)).toSatisfy(isDnsLabel);
  });
});

describe("toLabelValue", () => {
  // https://github.com/woodpecker-ci/woodpecker/blob/v3.17.0/pipeline/backend/kubernetes/utils_test.go
  it.each([
    {
      text: "wp_01he8bebctabr3kgk0qj36d2me_0_services_0",
      value: "wp_01he8bebctabr3kgk0qj36d2me_0_services_0",
    },
    { text: "a.0-AA", value: "a.0-aa" },
    { text: "BUILD_AND_DEPLOY_0", value: "build_and_deploy_0" },
    { text: "build & deploy", value: "build-deploy" },
    { text: "abc\\def", value: "abc-def" },
    { text: "-build-and-deploy", value: "build-and-deploy" },
    { text: "acme/app", value: "acme-app" },
    { text: "feature/_x", value: "feature-x" },
    { text: "_.a._", value: "a" },
    { text: "!!!", value: "" },
    { text: "", value: "" },
    { text: "İx", value: "ix" },
    { text: long(63), value: long(63) },
    { text: long(64), value: `${long(46)}-ffe054fe7ae0cb6d` },
    { text: `${long(45)}/${long(30)}`, value: `${long(45)}-8103327a4954250e` },
  ])("$text becomes $value", ({ text, value }) => {
    expect(toLabelValue(text)).toBe(value);
  });

  it.prop([fc.string({ unit: "binary", maxLength: 200 })])("makes a label value of anything", (text) => {
    const value = toLabelValue(text);

    expect(value).toSatisfy(isLabelValue);
    expect(toLabelValue(value)).toBe(value);
  });
});

function words(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[aA0_. -]{0,5}$/);
}
