import { describe, expect, it } from "vitest";

import { workspaceRights } from "#src/cli/doctor/workspace-rights.ts";
import { base, find, readText, readYaml, Role } from "./manifests.ts";

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
    .flatMap((rule) => rightsBy(rule, where));

const rightsBy = ({ resources, verbs, resourceNames = [] }: Rule, where: string): Right[] =>
  resources.map((resource) => ({
    where,
    resource,
    verbs: verbs.join(", "),
    names: resourceNames.join(", "),
  }));

type Rule = ReturnType<typeof Role.parse>["rules"][number];

/** The rights that a page of the documentation lists, in its order. */
const listedIn = (page: string): Right[] =>
  [...readText(page).matchAll(/^\| (everywhere|own namespace) .*$/gm)].map(([row]) => {
    const [, where = "", resource = "", verbs = "", names = ""] = row.split("|").map((cell) => cell.trim());
    return { where, resource, verbs, names };
  });

/** The verbs of a manifest, each with what stands behind it. */
const verbsOf = (text: string): RegExpExecArray[] => [...text.matchAll(/^ {6}- (\w+)(.*)$/gm)];

const rights = [...rightsOf("ClusterRole", "everywhere"), ...rightsOf("Role", "own namespace")];

describe("the rights", () => {
  it("are the ones that docs/install.md lists, in its order", () => {
    expect(listedIn("docs/install.md")).toEqual(rights);
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
    const verbs = verbsOf(text);

    expect(verbs.length).toBeGreaterThan(10);
    expect(verbs.filter(([, , why = ""]) => !why.startsWith(" # ")).map(([line]) => line)).toEqual([]);
  });
});

describe("the rights of the component workspaces", () => {
  const folder = "manifests/components/workspaces";
  const rolesIn = (name: string) =>
    readYaml(`${folder}/${name}.yaml`).flatMap((object) => Role.safeParse(object).data?.rules ?? []);

  it("are the ones that docs/workspace.md lists, in its order", () => {
    expect(listedIn("docs/workspace.md")).toEqual([
      ...rolesIn("cluster-role").flatMap((rule) => rightsBy(rule, "everywhere")),
      ...rolesIn("role").flatMap((rule) => rightsBy(rule, "own namespace")),
    ]);
  });

  it("are the ones that the doctor asks for", () => {
    const asked = workspaceRights({ namespace: "podpecker" }).map(
      ({ verb, resource, namespace, name = "" }) => ({
        where: namespace === "*" ? "everywhere" : "own namespace",
        resource: resource.split(".")[0],
        verb,
        name,
      }),
    );
    const granted = listedIn("docs/workspace.md").flatMap(({ where, resource, verbs, names }) =>
      verbs.split(", ").map((verb) => ({ where, resource, verb, name: names })),
    );

    expect(asked).toEqual(granted);
  });

  it("let no Pod be written", () => {
    const verbs = rolesIn("cluster-role").filter(({ resources }) => resources.includes("pods"));

    expect(verbs.map((rule) => rule.verbs)).toEqual([["list", "watch"]]);
  });

  it("say why beside each verb", () => {
    const verbs = ["cluster-role", "role"].flatMap((name) => verbsOf(readText(`${folder}/${name}.yaml`)));

    expect(verbs.length).toBeGreaterThan(8);
    expect(verbs.filter(([, , why = ""]) => !why.startsWith(" # ")).map(([line]) => line)).toEqual([]);
  });
});
