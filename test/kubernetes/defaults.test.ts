import { describe, expect, it } from "vitest";

import { sameButForDefaults } from "#src/kubernetes/defaults.ts";

interface Case {
  readonly about: string;
  readonly a: unknown;
  readonly b: unknown;
}

describe("sameButForDefaults", () => {
  it.each<Case>([
    { about: "equal values", a: { name: "a" }, b: { name: "a" } },
    { about: "a mode that was added", a: { secretName: "a" }, b: { secretName: "a", defaultMode: 420 } },
    { about: "false that was written", a: { name: "a", readOnly: false }, b: { name: "a" } },
    { about: "a type that is empty", a: { path: "/a", type: "" }, b: { path: "/a" } },
    {
      about: "an apiVersion deep inside",
      a: { items: [{ fieldRef: { fieldPath: "x" } }] },
      b: { items: [{ fieldRef: { apiVersion: "v1", fieldPath: "x" } }] },
    },
    { about: "a size in other units", a: { sizeLimit: "1024Mi" }, b: { sizeLimit: "1Gi" } },
    { about: "a size as a number", a: { sizeLimit: 1000 }, b: { sizeLimit: "1k" } },
    { about: "a divisor that was added", a: { resource: "cpu" }, b: { resource: "cpu", divisor: "0" } },
    { about: "a divisor of zero as a number", a: { divisor: 0 }, b: {} },
    {
      about: "a claim's storage",
      a: { resources: { requests: { storage: "1000M" } } },
      b: { resources: { requests: { storage: "1G" } } },
    },
    {
      about: "lists, texts and nothing that the API server leaves out",
      a: { name: "a", items: [], subPath: "", optional: null },
      b: { name: "a" },
    },
    {
      about: "the metadata of a template",
      a: { metadata: { creationTimestamp: null }, spec: {} },
      b: { spec: {} },
    },
    {
      about: "an image that is pulled once",
      a: { reference: "a:1" },
      b: { reference: "a:1", pullPolicy: "IfNotPresent" },
    },
    {
      about: "an image that is pulled always",
      a: { reference: "a" },
      b: { reference: "a", pullPolicy: "Always" },
    },
  ])("of $about is true, either way round", ({ a, b }) => {
    expect(sameButForDefaults(a, b)).toBe(true);
    expect(sameButForDefaults(b, a)).toBe(true);
  });

  it.each<Case>([
    { about: "another name", a: { name: "a" }, b: { name: "b" } },
    { about: "another mode", a: { defaultMode: 256 }, b: { defaultMode: 420 } },
    { about: "a mode that is no default", a: {}, b: { defaultMode: 256 } },
    { about: "what is read-only", a: { readOnly: true }, b: {} },
    { about: "another size", a: { sizeLimit: "1Gi" }, b: { sizeLimit: "1G" } },
    { about: "a size that is none", a: { sizeLimit: "much" }, b: { sizeLimit: "more" } },
    { about: "a divisor of one", a: { divisor: "1" }, b: {} },
    { about: "no storage class", a: { storageClassName: "" }, b: {} },
    { about: "a template's labels", a: { metadata: { labels: { a: "b" } } }, b: {} },
    {
      about: "an image that is never pulled",
      a: { reference: "a:1" },
      b: { reference: "a:1", pullPolicy: "Never" },
    },
    { about: "another order", a: ["a", "b"], b: ["b", "a"] },
    { about: "a member more", a: { name: "a" }, b: { name: "a", subPath: "b" } },
    { about: "null", a: null, b: {} },
  ])("of $about is false, either way round", ({ a, b }) => {
    expect(sameButForDefaults(a, b)).toBe(false);
    expect(sameButForDefaults(b, a)).toBe(false);
  });
});
