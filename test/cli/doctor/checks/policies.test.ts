import { describe, expect, it } from "vitest";

import { policies } from "#src/cli/doctor/checks/policies.ts";
import { type ClusterView } from "#src/cli/doctor/cluster-view.ts";
import { brief, remedies } from "../brief.ts";
import { configuration, deployment, healthyView, mutatingWebhook, policy, read } from "../healthy-view.ts";

type ConfigMaps = readonly Pick<ReturnType<typeof policy>, "metadata">[];

const check = (configMaps: ConfigMaps, parts: Partial<ClusterView> = {}) =>
  policies(healthyView({ configMaps: read(configMaps), trial: undefined, ...parts }));

const good = "version: v1\n";

describe("the check of policies", () => {
  it("lists good ones, with what they are for, by name", () => {
    const acme = "version: v1\npriority: 5\nmatch: { namespaces: ['ci-*'], events: [push, tag] }\n";

    expect(
      brief(
        check([
          policy("b", good),
          policy("a", acme),
          policy("c", `${good}mode: disabled\n`),
          policy("d", `${good}mode: audit\n`),
        ]),
      ),
    ).toEqual([
      "ok Policy podpecker/a: is good (priority 5): namespace ci-*; event push or tag",
      "ok Policy podpecker/b: is good (priority 0): every Pod",
      "ok Policy podpecker/c: is good, and disabled",
      "ok Policy podpecker/d: is good (priority 0, audit only): every Pod",
    ]);
  });

  it("tells all that is wrong with a bad one, and how to get at it", () => {
    const verdicts = check([
      policy("a", good),
      policy("bad", "version: v1\nonRefusal: forbid\npriorty: 1\n"),
    ]);

    expect(brief(verdicts)[1]).toMatch(
      /^failed Policy podpecker\/bad: is bad: podpecker\/bad policy\.yaml:2:12: onRefusal: "forbid" .*; podpecker\/bad policy\.yaml:3:1: priorty/,
    );
    expect(remedies(verdicts)).toContain("kubectl --namespace podpecker edit configmap bad");
  });

  it("says of a bad one that is only audited that nothing waits for it", () => {
    const verdicts = check([policy("a", good), policy("bad", "version: v1\nmode: audit\npriorty: 1\n")]);

    expect(brief(verdicts)[1]).toMatch(/^failed Policy podpecker\/bad: is bad: /);
    expect(remedies(verdicts)).toContain(
      "mend it; until then what its last good version would do is told, and nothing where there is none",
    );
  });

  it("warns with what is worth a word about a good one", () => {
    const agent = { ...policy("agent", ""), data: { WOODPECKER_BACKEND_K8S_POD_LABLES: "{}" } };

    const verdicts = check([policy("a", good), agent]);

    expect(brief(verdicts)[1]).toMatch(
      /^warning Policy podpecker\/agent: is good \(priority 0\): namespace woodpecker; .*WOODPECKER_BACKEND_K8S_POD_LABLES/,
    );
    expect(remedies(verdicts)).toContain("kubectl --namespace podpecker edit configmap agent");
  });

  it("tells policies that do not go together", () => {
    const writes = `${good}labels: { set: { team: x } }\n`;
    const matches = `${good}match: { podLabels: { team: build } }\n`;

    expect(brief(check([policy("a", writes), policy("b", matches)]))).toEqual([
      "ok Policy podpecker/a: is good (priority 0): every Pod",
      'failed Policy podpecker/b: is bad: podpecker/b policy.yaml:2:23: match.podLabels.team: chooses Pods by the label "team", which the policy "podpecker/a" writes (labels.set); no policy may match on it',
    ]);
  });

  it("lists policies of namespaces, and warns of what has no effect", () => {
    const everywhere = policy("a", `${good}labels: { fromStep: true }\n`);

    expect(
      brief(
        check([
          everywhere,
          policy("mine", `${good}labels: { set: { a: b } }\nenv: { set: { a: b } }\n`, "ci-a"),
        ]),
      ),
    ).toEqual([
      "ok Policy podpecker/a: is good (priority 0): every Pod",
      expect.stringMatching(
        /^warning Policy ci-a\/mine: is good \(priority 0, for its namespace\): every Pod; ci-a\/mine policy\.yaml:\d+:\d+: env\.set: /,
      ),
    ]);
  });

  it("fails for a bad one of a namespace, and says what becomes of its Pods", () => {
    const verdicts = check([policy("a", good), policy("mine", "version: v1\nlables: {}\n", "ci-a")]);

    expect(brief(verdicts)[1]).toMatch(/^failed Policy ci-a\/mine: is bad: .*lables/);
    expect(remedies(verdicts)).toContain("kubectl --namespace ci-a edit configmap mine");
    expect(remedies(verdicts)).toContain("denies the Pods of its namespace");
  });

  it("warns of a namespace that has a policy of its own only", () => {
    expect(brief(check([policy("mine", good, "ci-a")]))).toEqual([
      expect.stringMatching(/^warning Policy ci-a\/mine: .*has no effect/),
      "warning Policies: there is none: Pods pass as they are",
    ]);
  });

  it("takes one that is named for one of the cluster, once, label or not", () => {
    const mine = policy("mine", good, "ci-a");
    const promoted = new Map([
      ["ci-a/mine", read(mine)],
      ["ci-a/plain", read({ ...mine, metadata: { name: "plain", namespace: "ci-a" } })],
    ]);

    expect(brief(check([mine], { promoted }))).toEqual([
      "ok Policy ci-a/mine: is good (priority 0): every Pod",
      "ok Policy ci-a/plain: is good (priority 0): every Pod",
    ]);
  });

  it("fails for one that is named and not there, and does not know one that may not be read", () => {
    const permission = { verb: "get", resource: "configmaps", namespace: "x" };
    const promoted = new Map([
      ["x/gone", { state: "absent" } as const],
      ["x/shut", { state: "forbidden", permission } as const],
    ]);

    expect(brief(check([policy("a", good)], { promoted })).slice(1)).toEqual([
      "failed Policy x/gone: is named with --policy-configmap, and there is no such ConfigMap",
      'unknown Policy x/shut: cannot be looked at: whoever asks may not get configmaps in namespace "x"',
    ]);
  });

  it("warns where there is none", () => {
    expect(brief(check([]))).toEqual(["warning Policies: there is none: Pods pass as they are"]);
  });

  it("does not miss what may stand in files", () => {
    expect(brief(check([], { deployment: read(deployment("--policy", "/policies")) }))).toEqual([]);
  });

  it("warns of namespaces that are chosen by label for nothing", () => {
    expect(brief(check([policy("a", `${good}match: { namespaces: [ci-a] }\n`)])).slice(1)).toEqual([
      "warning Policies: none is for Pods of ci-b: there, Pods pass as they are",
    ]);
  });

  describe("where namespaces are chosen by exclusion", () => {
    const mutating = configuration({ ...mutatingWebhook, namespaceSelector: {} });

    it("does not expect a policy for each", () => {
      const verdicts = check([policy("a", `${good}match: { namespaces: [ci-a] }\n`)], { mutating });

      expect(verdicts.map(({ state }) => state)).toEqual(["ok"]);
    });

    it("expects one for any", () => {
      expect(
        brief(check([policy("a", `${good}match: { namespaces: [x] }\n`)], { mutating })).slice(1),
      ).toEqual([
        "warning Policies: none is for Pods of ci-a, ci-b, kube-system, podpecker: there, Pods pass as they are",
      ]);
    });
  });
});
