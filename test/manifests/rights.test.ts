import { describe, expect, it } from "vitest";

import { base, find, readText, Role } from "./manifests.ts";

interface Right {
  readonly where: string;
  readonly resource: string;
  readonly verbs: string;
  readonly names: string;
}

const rightsOf = (kind: "ClusterRole" | "Role", where: string): Right[] =>
  base
    .filter((object) => object.kind === kind)
    .flatMap(({ metadata: { name } }) => find(kind, name, Role).rules)
    .flatMap(({ resources, verbs, resourceNames = [] }) =>
      resources.map((resource) => ({
        where,
        resource,
        verbs: verbs.join(", "),
        names: resourceNames.join(", "),
      })),
    );

const rights = [...rightsOf("ClusterRole", "everywhere"), ...rightsOf("Role", "own namespace")];

describe("the rights", () => {
  it("are the ones that docs/install.md lists, in its order", () => {
    const rows = [...readText("docs/install.md").matchAll(/^\| (everywhere|own namespace) .*$/gm)];

    const listed = rows.map(([row]) => {
      const [, where = "", resource = "", verbs = "", names = ""] = row.split("|").map((cell) => cell.trim());
      return { where, resource, verbs, names };
    });

    expect(listed).toEqual(rights);
  });

  it("have no star, no Pod, and no change of a Secret or a webhook without its name", () => {
    expect(rights.filter(({ resource, verbs }) => `${resource} ${verbs}`.includes("*"))).toEqual([]);
    expect(rights.filter(({ resource }) => resource.startsWith("pods"))).toEqual([]);
    expect(
      rights.filter(
        ({ resource, verbs, names }) =>
          /secrets|webhook/.test(resource) && names === "" && verbs !== "create",
      ),
    ).toEqual([]);
  });

  it("are bound to the service account, each role once", () => {
    const roles = base.filter(({ kind }) => /^(Cluster)?Role$/.test(kind));
    const bindings = base.filter(({ kind }) => kind.endsWith("RoleBinding"));

    expect(bindings.map(({ roleRef }) => roleRef)).toEqual(
      roles.map(({ kind, metadata: { name } }) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name })),
    );
    for (const { subjects } of bindings)
      expect(subjects).toEqual([{ kind: "ServiceAccount", name: "podpecker", namespace: "podpecker" }]);
  });

  it("say why beside each verb", () => {
    const text = ["cluster-role", "role"].map((name) => readText(`manifests/base/${name}.yaml`)).join("");
    const verbs = [...text.matchAll(/^ {6}- (\w+)(.*)$/gm)];

    expect(verbs.length).toBeGreaterThan(10);
    expect(verbs.filter(([, , why = ""]) => !why.startsWith(" # ")).map(([line]) => line)).toEqual([]);
  });
});
