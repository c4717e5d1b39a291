import { describe, expect, it } from "vitest";

import { dryRun } from "#src/cli/doctor/checks/dry-run.ts";
import { type Attempt, type ClusterView } from "#src/cli/doctor/cluster-view.ts";
import { brief, remedies } from "../brief.ts";
import { deployment, healthyView, namespace, policy, read } from "../healthy-view.ts";

const object = { metadata: { annotations: {} }, spec: { containers: [{ name: "a" }] } };
const plain: Attempt = { object, warnings: [] };

const applied = (text: string): Attempt => ({
  object: { ...object, metadata: { annotations: { "podpecker.dev/applied": text } } },
  warnings: [],
});

const refused = (message: string, code = 403): Attempt => ({ status: { code, message } });

const check = (tried: { plain: Attempt; probe?: Attempt }, parts: Partial<ClusterView> = {}) =>
  dryRun(healthyView({ ...parts, trial: { namespace: "ci-a", probe: undefined, ...tried } }));

describe("the check of the dry run", () => {
  it("knows nothing where no Pod was tried", () => {
    expect(brief(dryRun(healthyView({ trial: undefined })))).toEqual([
      "unknown Dry run: no Pod was tried: no namespace is known to be chosen",
    ]);
  });

  it("warns of other policies than the ConfigMaps say", () => {
    const old = JSON.stringify({
      policies: ["podpecker/default"],
      digest: "0123456789ab",
      changes: ["a", "b"].map((name) => ({ pointer: `/${name}`, rule: "acme#/env" })),
    });

    expect(brief(check({ plain: applied(old) })).join("\n")).toMatch(
      /^warning Dry run: a step's Pod in namespace "ci-a" is decided by podpecker\/default \(digest 0123456789ab\), 2 values written; the ConfigMaps say podpecker\/default \(digest [0-9a-f]{12}\): the replicas have read others, or are of another version$/,
    );
  });

  it("does not compare where files have a say", () => {
    const note = JSON.stringify({ policies: ["file"], digest: "0123456789ab", changes: [] });
    const parts = { deployment: read(deployment("--policy", "/policies")) };

    expect(check({ plain: applied(note) }, parts).map(({ state }) => state)).toEqual(["ok"]);
  });

  it.each([
    {
      about: "a warning about the option that nobody knows",
      probe: { object, warnings: ["other", 'doctor: "true" is not known here; known are labels, …'] },
    },
    {
      about: "a denial for it",
      probe: refused(
        'admission webhook "pods.podpecker.dev" denied the request: podpecker: the step asks for what the policy does not grant\n- doctor: "true" is not known here\npolicies: a',
      ),
    },
  ])("takes $about for the proof that Podpecker was called", ({ probe }) => {
    expect(brief(check({ plain, probe }))).toEqual([
      'ok Dry run: a step\'s Pod in namespace "ci-a" goes through Podpecker, which writes nothing into one that asks for nothing',
    ]);
  });

  describe("where a Pod passes as it is", () => {
    const passed = { plain, probe: plain };

    it.each(["nothing", "{}"])("takes no note that it did not write itself: %s", (text) => {
      expect(check({ plain: applied(text), probe: plain }).map(({ state }) => state)).toEqual(["failed"]);
    });

    it("fails for a namespace that is not chosen", () => {
      const verdicts = check(passed, { namespaces: read([namespace("ci-a")]) });

      expect(brief(verdicts)).toEqual([
        'failed Dry run: a Pod in namespace "ci-a" passes as it is: no selector chooses that namespace',
      ]);
      expect(remedies(verdicts)).toContain("kubectl label namespace ci-a podpecker.dev/enabled=true");
    });

    it("fails where a policy is for it", () => {
      expect(brief(check(passed))).toEqual([
        'failed Dry run: a Pod in namespace "ci-a" passes as it is, though podpecker/default is for it: Podpecker is not called, or has not read that policy',
      ]);
    });

    it("does not know whether Podpecker is called where no policy is for it", () => {
      const configMaps = read([policy("a", "version: v1\nmatch: { namespaces: [x] }\n")]);

      expect(brief(check(passed, { configMaps }))).toEqual([
        'unknown Dry run: a Pod in namespace "ci-a" passes as it is: no policy is for it, which does not show whether Podpecker is called',
      ]);
    });

    it.each([
      {
        user: "system:serviceaccount:woodpecker:agent",
        command: "--as system:serviceaccount:woodpecker:agent",
      },
      { user: "system:serviceaccount:*", command: "--as USER" },
    ])("proposes to try it in the name of $user", ({ user, command }) => {
      const configMaps = read([policy("a", `version: v1\nmatch: { users: ["${user}"] }\n`)]);
      const verdicts = check(passed, { configMaps });

      expect(brief(verdicts)).toEqual([
        `unknown Dry run: a Pod in namespace "ci-a" passes as it is: the policies are for Pods that ${user} creates`,
      ]);
      expect(remedies(verdicts)).toContain(`podpecker doctor ${command}`);
    });

    it("does not know what is in force with a bad policy", () => {
      const configMaps = read([policy("a", "version: v2\n")]);

      expect(brief(check(passed, { configMaps }))).toEqual([
        'unknown Dry run: a Pod in namespace "ci-a" passes as it is: Podpecker is not called, or no policy in force is for it',
      ]);
    });
  });

  it("explains a Pod that is refused, and one whose option nobody knows", () => {
    const message = 'Internal error occurred: failed calling webhook "other.example": EOF';
    const says =
      'failed Dry run: a step\'s Pod in namespace "ci-a" is refused, as another webhook, "other.example", fails: EOF';

    expect(brief(check({ plain: refused(message, 500) }))).toEqual([says]);
    expect(brief(check({ plain, probe: refused(message, 500) }))).toEqual([says]);
  });
});
