import { describe, expect, it } from "vitest";
import { z } from "zod";

import { find, readText, readYaml } from "./manifests.ts";

const CHART = "manifests/chart";
const MONITORING = "manifests/components/monitoring";

type Schema = Readonly<Record<string, unknown>>;
const Members = z.record(z.string(), z.unknown());

const membersOf = (value: unknown): Schema => Members.safeParse(value).data ?? {};
const [values] = readYaml(`${CHART}/values.yaml`);
const schema = membersOf(JSON.parse(readText(`${CHART}/values.schema.json`)));

/** The paths of the values, down to what an admin writes freely. */
function pathsOf(value: unknown, node: Schema, path = ""): string[] {
  const properties = membersOf(node["properties"]);
  if (node["properties"] === undefined) return [path];
  return Object.entries(membersOf(value)).flatMap(([key, member]) =>
    pathsOf(member, membersOf(properties[key]), path === "" ? key : `${path}.${key}`),
  );
}

/** The paths of the schema, down to the same depth. */
function pathsIn(node: Schema, path = ""): string[] {
  if (node["properties"] === undefined) return [path];
  return Object.entries(membersOf(node["properties"])).flatMap(([key, member]) =>
    pathsIn(membersOf(member), path === "" ? key : `${path}.${key}`),
  );
}

/** The places of a schema where a misspelt name would pass. */
function loose(node: unknown, path = "#"): string[] {
  const members = membersOf(node);
  const isObject = members["properties"] !== undefined && members["type"] === "object";
  const here = isObject && members["additionalProperties"] !== false ? [path] : [];
  return [...here, ...Object.entries(members).flatMap(([key, member]) => loose(member, `${path}/${key}`))];
}

// Where a default says nothing, there is no path in the values.
const NOT_IN_VALUES = ["global", "certificates.issuerRef.group", "certificates.issuerRef.kind"];

describe("the values", () => {
  it("are the ones that the schema knows", () => {
    const known = pathsIn(schema).filter((path) => !NOT_IN_VALUES.includes(path));
    const written = pathsOf(values, schema);

    expect(written.filter((path) => !known.includes(path))).toEqual([]);
    expect(known.filter((path) => !written.includes(path))).toEqual(["certificates.issuerRef.name"]);
  });

  it("cannot be misspelt anywhere", () => {
    expect(loose(schema)).toEqual([]);
  });

  it("have the policy of the base, word for word", () => {
    const ConfigMap = z.looseObject({ data: z.record(z.string(), z.string()) });
    const { policies } = z.looseObject({ policies: z.record(z.string(), z.string()) }).parse(values);

    expect(policies).toEqual({
      "default-policy": find("ConfigMap", "default-policy", ConfigMap).data["policy.yaml"],
    });
  });
});

describe("the chart", () => {
  it.each(["dashboard.json", "prometheus-rule.yaml"])("has %s as kustomize has it", (name) => {
    expect(readText(`${CHART}/files/${name}`)).toBe(readText(`${MONITORING}/${name}`));
  });
});

describe("the version", () => {
  const { version } = JSON.parse(readText("package.json")) as { version: string };

  it.each([
    `${CHART}/Chart.yaml`,
    "manifests/base/kustomization.yaml",
    "manifests/base/deployment.yaml",
    "manifests/components/cert-manager/kustomization.yaml",
    "manifests/components/monitoring/kustomization.yaml",
    "manifests/components/workspaces/kustomization.yaml",
    "Dockerfile",
    "docs/install.md",
  ])("of %s is the package's", (file) => {
    const named = [...readText(file).matchAll(/(?:\/podpecker:|[vV]ersion[:=] ?)v?(\d+\.\d+\.\d+)/g)];

    expect(named.length).toBeGreaterThan(0);
    expect(new Set(named.map(([, found]) => found))).toEqual(new Set([version]));
  });
});
