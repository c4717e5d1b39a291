import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { type Policy, describePolicyProblem, type PolicyReading } from "#src/policy/policy.ts";
import { createPolicyStore, type PolicyStore, type StoredPolicies } from "#src/policy/policy-store.ts";
import { loadedPolicies, type PolicySet } from "#src/policy/policy-set.ts";
import { readPolicies } from "#src/policy/read-policies.ts";

const tier = { namespace: "podpecker", promoted: ["ci/agent"] };
const newStore = (): PolicyStore => createPolicyStore(tier);

interface Version {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly labels?: object;
}

/** A ConfigMap that is a policy, by its `namespace/name`. */
function configMap(name: string, text: string, version: Version = {}): object {
  const [namespace, own] = name.split("/");
  const labels = { "podpecker.dev/policy": "true" };
  return { metadata: { namespace, name: own, labels, ...version }, data: { "policy.yaml": text } };
}

const files = (texts: Readonly<Record<string, string>>): PolicyReading =>
  readPolicies(
    Object.entries(texts).map(([path, text]) => ({ path, text })),
    tier,
  );

const good = (description = "x"): string => `version: v1\ndescription: ${description}\n`;
const BAD = "version: v1\nlabels: {formStep: true}\n";
const writer = "version: v1\nlabels: {set: {team: x}}\n";
const chooser = "version: v1\nmatch:\n  podLabels: {team: build}\n";

const said = ({ name, document }: Policy): string => `${name}: ${document.description ?? ""}`;

/** What stands in the store, in words. */
function words(store: PolicyStore): object {
  const { policies, unready, rejected } = store.current();
  return {
    policies: policies.policies.map(said),
    ...(policies.blocked.size === 0 ? {} : { blocked: blocksIn(policies) }),
    ...(unready.length === 0 ? {} : { unready }),
    ...(rejected.length === 0
      ? {}
      : { rejected: rejected.map(({ source, instead }) => `${source}: ${instead}`) }),
  };
}

const blocksIn = ({ blocked }: PolicySet): Record<string, string[]> =>
  Object.fromEntries([...blocked].map(([namespace, blocks]) => [namespace, blocks.map(({ name }) => name)]));

const names = ({ policies }: PolicySet): string[] => policies.map(({ name }) => name);

const problemsOf = ({ rejected }: StoredPolicies): string[] =>
  rejected.flatMap(({ problems }) => problems.map(describePolicyProblem));

describe("a store", () => {
  it("is empty at first", () => {
    expect(newStore().current()).toMatchObject({
      version: 0,
      policies: { policies: [] },
      unready: [],
      rejected: [],
      warnings: [],
    });
  });

  it("joins files and ConfigMaps, in one set", () => {
    const store = newStore();

    store.setFiles(files({ "dir/small.yaml": good("file") }));
    store.putConfigMap(configMap("podpecker/acme", good("map")));
    store.putConfigMap(configMap("ci/agent", good("promoted"), { labels: {} }));

    expect(words(store)).toEqual({ policies: ["ci/agent: promoted", "podpecker/acme: map", "small: file"] });
  });

  it("tells the warnings of all its sources", () => {
    const store = newStore();

    store.putConfigMap(configMap("podpecker/b", `${good()}workspace: {size: 10}\n`));
    store.putConfigMap(configMap("podpecker/a", `${good()}workspace: {size: 10}\n`));
    store.setFiles(files({ "small.yaml": `${good()}workspace: {size: 10}\n` }));

    expect(store.current().warnings.map(({ origin }) => origin)).toEqual([
      "small.yaml",
      "podpecker/a policy.yaml",
      "podpecker/b policy.yaml",
    ]);
  });

  it.each<{ about: string; object: unknown }>([
    { about: "a ConfigMap without the label", object: configMap("podpecker/a", good(), { labels: {} }) },
    { about: "null", object: null },
    { about: "text", object: "podpecker/a" },
    { about: "an empty map", object: {} },
  ])("takes $about for no policy", ({ object }) => {
    const store = newStore();

    store.putConfigMap(object);
    store.replaceConfigMaps([object]);

    expect(store.current().version).toBe(0);
    expect(store.check(object)).toBeUndefined();
  });

  it("lets a ConfigMap go that loses its label", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/a", good()));

    store.putConfigMap(configMap("podpecker/a", good(), { labels: {} }));

    expect(words(store)).toEqual({ policies: [] });
  });
});

describe("nothing changes, not even the objects,", () => {
  it.each<{ about: string; next: object }>([
    {
      about: "the very same version",
      next: configMap("podpecker/a", good(), { uid: "1", resourceVersion: "7" }),
    },
    {
      about: "another version that says the same",
      next: configMap("podpecker/a", good(), { uid: "1", resourceVersion: "8" }),
    },
  ])("for $about", ({ next }) => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/a", good(), { uid: "1", resourceVersion: "7" }));
    const before = store.current();

    store.putConfigMap(next);
    store.replaceConfigMaps([next]);
    store.removeConfigMap("podpecker/unknown");

    expect(store.current()).toBe(before);
  });

  it("and no policies are compiled again where only a problem changes", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/a", good()));
    const before = store.current();

    store.putConfigMap(configMap("podpecker/b", BAD));

    expect(store.current().version).toBe(before.version + 1);
    expect(store.current().policies).toBe(before.policies);
  });
});

describe("a bad policy", () => {
  it("never replaces a good one, and is told with key, line and column", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/a", good("first"), { uid: "1", resourceVersion: "7" }));
    const { policies } = store.current();

    store.putConfigMap(configMap("podpecker/a", BAD, { uid: "1", resourceVersion: "8" }));

    expect(store.current().policies).toBe(policies);
    expect(store.current().unready).toEqual([]);
    expect(store.current().rejected).toMatchObject([
      {
        source: "podpecker/a",
        configMap: { namespace: "podpecker", name: "a", uid: "1", resourceVersion: "8" },
        instead: "last-good",
      },
    ]);
    expect(problemsOf(store.current())).toEqual([
      'podpecker/a policy.yaml:2:10: labels.formStep: is not known here; did you mean "fromStep"?',
    ]);
  });

  it("gives way to its good version", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/a", good("first")));
    store.putConfigMap(configMap("podpecker/a", BAD));

    store.putConfigMap(configMap("podpecker/a", good("second")));

    expect(words(store)).toEqual({ policies: ["podpecker/a: second"] });
  });

  it("without a last good one leaves a replica that starts unready, and the others in force", () => {
    const store = newStore();

    store.replaceConfigMaps([configMap("podpecker/a", BAD), configMap("podpecker/b", good())]);

    expect(words(store)).toEqual({
      policies: ["podpecker/b: x"],
      unready: ["podpecker/a"],
      rejected: ["podpecker/a: nothing"],
    });
  });

  it.each([
    {
      about: "is gone where it is deleted",
      change: (store: PolicyStore) => {
        store.removeConfigMap("podpecker/a");
      },
    },
    {
      about: "is gone where a list does not have it",
      change: (store: PolicyStore) => {
        store.replaceConfigMaps([]);
      },
    },
  ])("$about, with its last good one", ({ change }) => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/a", good()));
    store.putConfigMap(configMap("podpecker/a", BAD));

    change(store);

    expect(words(store)).toEqual({ policies: [] });
  });

  it("has no last good one of a ConfigMap that was deleted before it", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/a", good(), { uid: "1" }));

    store.putConfigMap(configMap("podpecker/a", BAD, { uid: "2" }));

    expect(words(store)).toEqual({
      policies: [],
      unready: ["podpecker/a"],
      rejected: ["podpecker/a: nothing"],
    });
  });

  it("among the files keeps all of them as they were", () => {
    const store = newStore();
    store.setFiles(files({ "a.yaml": good("1"), "b.yaml": good("1") }));

    store.setFiles(files({ "a.yaml": good("2"), "b.yaml": BAD }));

    expect(words(store)).toEqual({ policies: ["a: 1", "b: 1"], rejected: ["files: last-good"] });
    expect(store.current().rejected[0]?.configMap).toBeUndefined();

    store.setFiles(files({ "a.yaml": good("2") }));

    expect(words(store)).toEqual({ policies: ["a: 2"] });
  });

  it("is not a ConfigMap called files", () => {
    const store = newStore();
    store.setFiles(files({ "a.yaml": good() }));

    store.removeConfigMap("files");
    store.replaceConfigMaps([]);

    expect(words(store)).toEqual({ policies: ["a: x"] });
  });
});

describe("policies that cannot stand beside each other", () => {
  it("leave in force what was, and the one that changed is told", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/writer", writer));

    store.putConfigMap(configMap("podpecker/chooser", chooser));
    store.putConfigMap(configMap("podpecker/other", good()));

    expect(words(store)).toEqual({
      policies: ["podpecker/other: x", "podpecker/writer: "],
      unready: ["podpecker/chooser"],
      rejected: ["podpecker/chooser: nothing"],
    });
    expect(problemsOf(store.current())).toEqual([
      'podpecker/chooser policy.yaml:3:15: match.podLabels.team: chooses Pods by the label "team", which the policy "podpecker/writer" writes (labels.set); no policy may match on it',
    ]);
  });

  it("name one of several that write a label, and count the others", () => {
    const store = newStore();
    for (const name of ["a", "b", "c"])
      store.putConfigMap(
        configMap(`podpecker/${name}`, `version: v1\nlabels: {set: {team: x}, default: {team: x}}\n`),
      );

    store.putConfigMap(configMap("podpecker/chooser", chooser));

    expect(problemsOf(store.current())).toEqual([
      expect.stringContaining(
        'the policy "podpecker/a" writes (labels.set, labels.default), as 2 more do; no policy may match on it',
      ),
    ]);
  });

  it("are told to whom comes with the label, too", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/chooser", chooser));

    store.putConfigMap(configMap("podpecker/writer", writer));

    expect(problemsOf(store.current())).toEqual([
      "podpecker/writer policy.yaml:2:16: labels.set.team: is a label by which policies are chosen (match); no policy may write it",
    ]);
  });

  it("keep what the changed one said before", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/writer", good("before")));
    store.putConfigMap(configMap("podpecker/chooser", chooser));

    store.putConfigMap(configMap("podpecker/writer", writer));

    expect(words(store)).toMatchObject({
      policies: ["podpecker/chooser: ", "podpecker/writer: before"],
      rejected: ["podpecker/writer: last-good"],
    });
  });

  it.each([
    {
      about: "gone",
      change: (store: PolicyStore) => {
        store.removeConfigMap("podpecker/writer");
      },
    },
    {
      about: "mended",
      change: (store: PolicyStore) => {
        store.putConfigMap(configMap("podpecker/writer", good()));
      },
    },
    {
      about: "disabled",
      change: (store: PolicyStore) => {
        store.putConfigMap(configMap("podpecker/writer", `${writer}mode: disabled\n`));
      },
    },
  ])("come into force when the other one is $about", ({ change }) => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/writer", writer));
    store.putConfigMap(configMap("podpecker/chooser", chooser));

    change(store);

    expect(store.current().policies.policies.map(({ name }) => name)).toContain("podpecker/chooser");
    expect(store.current().rejected).toEqual([]);
  });

  it("are those of one name, too", () => {
    const store = newStore();
    const manifest =
      "kind: ConfigMap\nmetadata: {name: a, namespace: podpecker}\ndata: {policy.yaml: 'version: v1'}";
    store.setFiles(files({ "a.yaml": manifest }));

    store.putConfigMap(configMap("podpecker/a", good()));

    expect(words(store)).toMatchObject({ policies: ["podpecker/a: "], rejected: ["podpecker/a: nothing"] });
    expect(problemsOf(store.current())).toEqual([
      'podpecker/a policy.yaml:1:1: "podpecker/a" is the name of another policy already',
    ]);
  });

  it("among the files are told where they stand", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/chooser", chooser));

    store.setFiles(files({ "a.yaml": writer }));

    expect(problemsOf(store.current())).toEqual([
      "a.yaml:2:16: labels.set.team: is a label by which policies are chosen (match); no policy may write it",
    ]);
  });
});

describe("a policy of a namespace", () => {
  it("is in force beside those of the cluster", () => {
    const store = newStore();

    store.putConfigMap(configMap("podpecker/a", good()));
    store.putConfigMap(configMap("team/a", good()));

    expect(words(store)).toEqual({ policies: ["podpecker/a: x", "team/a: x"] });
    expect(store.current().policies.policies.map(({ namespace }) => namespace)).toEqual([undefined, "team"]);
  });

  it("that is bad leaves the last good one in force", () => {
    const store = newStore();
    store.putConfigMap(configMap("team/a", good("first")));
    const { policies } = store.current();

    store.putConfigMap(configMap("team/a", BAD));

    expect(store.current().policies).toBe(policies);
    expect(words(store)).toEqual({ policies: ["team/a: first"], rejected: ["team/a: last-good"] });
  });

  it("blocks its namespace where it is bad from the start, with the reason, and keeps no replica from being ready", () => {
    const store = newStore();

    store.putConfigMap(configMap("podpecker/a", good()));
    store.putConfigMap(configMap("team/b", good(), { uid: "1" }));
    const { policies } = store.current();
    store.putConfigMap(configMap("team/a", BAD));

    expect(words(store)).toEqual({
      policies: ["podpecker/a: x", "team/b: x"],
      blocked: { team: ["team/a"] },
      rejected: ["team/a: denial"],
    });
    expect(store.current().policies.blocked.get("team")?.[0]?.problems).toEqual([
      expect.stringMatching(/^team\/a policy\.yaml:2:10: labels\.formStep: is not known/),
    ]);
    // What is in force is not compiled again for each bad one.
    expect(store.current().policies.select).toBe(policies.select);
  });

  it("does nothing where it is disabled, or gone", () => {
    const store = newStore();

    store.putConfigMap(configMap("team/a", `${good()}mode: disabled\n`));
    store.putConfigMap(configMap("team/b", BAD));
    store.removeConfigMap("team/b");

    expect(words(store)).toEqual({ policies: [] });
  });

  it("cannot be chosen by a label that policies of the cluster write, and keeps none of them out", () => {
    const store = newStore();
    store.putConfigMap(configMap("team/a", chooser));

    store.putConfigMap(configMap("podpecker/a", writer));

    expect(words(store)).toEqual({
      policies: ["podpecker/a: "],
      blocked: { team: ["team/a"] },
      rejected: ["team/a: denial"],
    });
    expect(problemsOf(store.current())).toEqual([
      'team/a policy.yaml:3:15: match.podLabels.team: chooses Pods by the label "team", which the policy "podpecker/a" writes (labels.set); no policy may match on it',
    ]);
    store.removeConfigMap("podpecker/a");
    expect(words(store)).toEqual({ policies: ["team/a: "] });
  });

  it("holds up neither another one nor the files, whatever they are called", () => {
    const store = newStore();
    store.putConfigMap(configMap("team/a", good("map")));
    store.putConfigMap(configMap("team/b", writer));
    store.putConfigMap(configMap("team/c", chooser));

    store.setFiles(
      files({
        "own.yaml": JSON.stringify({
          kind: "ConfigMap",
          metadata: { namespace: "team", name: "a" },
          data: { "policy.yaml": good("file") },
        }),
      }),
    );

    expect(words(store)).toEqual({
      policies: ["team/a: file", "team/b: ", "team/c: "],
      blocked: { team: ["team/a"] },
      rejected: ["team/a: denial"],
    });
  });
});

describe("a list", () => {
  it("says nothing of what it does not speak of", () => {
    const store = newStore();
    store.putConfigMap(configMap("ci/agent", good("watched singly")));
    store.putConfigMap(configMap("podpecker/a", good()));

    store.replaceConfigMaps(
      [configMap("ci/agent", good("older")), configMap("podpecker/b", good())],
      (name) => name !== "ci/agent",
    );

    expect(words(store)).toEqual({ policies: ["ci/agent: watched singly", "podpecker/b: x"] });
  });

  it("brings in as much as goes together, and always the same", () => {
    const objects = [
      configMap("podpecker/writer", writer),
      configMap("podpecker/chooser", chooser),
      configMap("podpecker/a", good()),
    ];
    const told = [objects, objects.toReversed()].map((list) => {
      const store = newStore();
      store.replaceConfigMaps(list);
      return words(store);
    });

    expect(told[0]).toEqual({
      policies: ["podpecker/a: x", "podpecker/chooser: "],
      unready: ["podpecker/writer"],
      rejected: ["podpecker/writer: nothing"],
    });
    expect(told[1]).toEqual(told[0]);
  });
});

describe("check", () => {
  const problems = (store: PolicyStore, object: unknown): string[] | undefined =>
    store.check(object)?.problems.map(describePolicyProblem);

  it.each<{ about: string; object: object; told: unknown[] }>([
    { about: "a good one", object: configMap("podpecker/a", good()), told: [] },
    {
      about: "a bad text",
      object: configMap("podpecker/a", BAD),
      told: [expect.stringMatching(/^podpecker\/a policy\.yaml:2:10: labels\.formStep: /)],
    },
    {
      about: "one that goes with no other",
      object: configMap("podpecker/a", writer),
      told: [expect.stringMatching(/^podpecker\/a policy\.yaml:2:16: labels\.set\.team: /)],
    },
    { about: "a new text of one that is there", object: configMap("podpecker/chooser", writer), told: [] },
    {
      about: "a promoted one without the label",
      object: configMap("ci/agent", BAD, { labels: {} }),
      told: [expect.anything()],
    },
    {
      about: "a bad one of a namespace",
      object: configMap("team/a", BAD),
      told: [expect.stringMatching(/^team\/a policy\.yaml:2:10: labels\.formStep: /)],
    },
    { about: "a good one of a namespace", object: configMap("team/a", writer), told: [] },
  ])("says what would be wrong with $about, and changes nothing", ({ object, told }) => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/chooser", chooser));
    const before = store.current();

    expect(problems(store, object)).toEqual(told);
    expect(store.current()).toBe(before);
  });

  it("tells warnings beside", () => {
    const { warnings = [] } =
      newStore().check(configMap("podpecker/a", `${good()}workspace: {size: 10}`)) ?? {};

    expect(warnings.map(describePolicyProblem)).toEqual([
      expect.stringMatching(/^podpecker\/a policy\.yaml:3:13: workspace\.size: /),
    ]);
  });
});

describe("check of a namespace's policy", () => {
  const told = (law: Readonly<Record<string, string>>, text: string): string[] => {
    const store = newStore();
    for (const [name, document] of Object.entries(law)) store.putConfigMap(configMap(name, document));
    const { problems, warnings } = store.check(configMap("team/a", text)) ?? { problems: [], warnings: [] };
    return [...problems, ...warnings].map(describePolicyProblem);
  };
  const wishes =
    "version: v1\nlabels:\n  set: {a: x, b: y}\nimagePullSecrets: {set: [mine]}\nonRefusal: deny\n";

  it("warns where no policy of the cluster can be for its Pods", () => {
    expect(
      told({ "podpecker/a": "version: v1\nmatch: {namespaces: [other]}\n", "other/a": good() }, wishes),
    ).toEqual([
      'team/a policy.yaml:1:1: has no effect: no policy of the cluster is for Pods of "team", and one of a namespace only narrows; where it should count for the whole cluster, name it with --policy-configmap team/a',
    ]);
  });

  it("warns of what is refused whichever policy of the cluster matches, at its place", () => {
    const law = {
      "podpecker/a": "version: v1\nlabels: {fromStep: {keys: [a]}}\nmatch: {namespaces: [t*]}\n",
      "podpecker/b": "version: v1\nmatch: {events: [tag]}\n",
    };

    expect(told(law, wishes)).toEqual([
      expect.stringMatching(/^team\/a policy\.yaml:3:15: labels\.set\.b: "y" is not granted; /),
      expect.stringMatching(/^team\/a policy\.yaml:4:20: imagePullSecrets\.set: is not given: /),
    ]);
  });

  it("has nothing to say of what is granted, or disabled", () => {
    expect(
      told(
        { "podpecker/a": "version: v1\nlabels: {fromStep: true}\n" },
        "version: v1\nlabels: {set: {a: x}}\n",
      ),
    ).toEqual([]);
    expect(told({}, `${wishes}mode: disabled\n`)).toEqual([]);
  });
});

describe("policies in audit mode", () => {
  const audit = (text: string): string => `${text}mode: audit\n`;
  /** What stands in the store, enforced and audited. */
  function modes(store: PolicyStore): object {
    const { policies, rejected, unready } = store.current();
    const { audited } = policies;
    return {
      enforced: names(policies),
      ...(audited === undefined ? {} : { audited: names(audited) }),
      ...(policies.blocked.size === 0 ? {} : { blocked: blocksIn(policies) }),
      ...(audited === undefined || audited.blocked.size === 0 ? {} : { auditedBlocks: blocksIn(audited) }),
      ...(rejected.length === 0
        ? {}
        : { rejected: rejected.map(({ source, instead }) => `${source}: ${instead}`) }),
      ...(unready.length === 0 ? {} : { unready }),
    };
  }

  it.each<{ about: string; texts: Readonly<Record<string, string>>; stands: object }>([
    {
      about: "stand beside enforced ones",
      texts: { "podpecker/a": good(), "podpecker/b": audit(good()), "team/c": audit(good()) },
      stands: { enforced: ["podpecker/a"], audited: ["podpecker/a", "podpecker/b", "team/c"] },
    },
    {
      about: "have to fit an enforced one, whatever their names are",
      texts: { "podpecker/a": audit(writer), "podpecker/b": chooser },
      stands: { enforced: ["podpecker/b"], rejected: ["podpecker/a: no-audit"], audited: ["podpecker/b"] },
    },
    {
      about: "have to fit each other",
      texts: { "podpecker/a": audit(writer), "podpecker/b": audit(chooser), "podpecker/c": good() },
      stands: {
        enforced: ["podpecker/c"],
        audited: ["podpecker/a", "podpecker/c"],
        rejected: ["podpecker/b: no-audit"],
      },
    },
    {
      about: "keep no replica from becoming ready, where they are bad",
      texts: { "podpecker/a": good(), "podpecker/b": audit(BAD) },
      stands: { enforced: ["podpecker/a"], audited: ["podpecker/a"], rejected: ["podpecker/b: no-audit"] },
    },
    {
      about: "of a namespace deny nothing where they are bad, and would",
      texts: { "podpecker/a": good(), "team/b": audit(BAD) },
      stands: {
        enforced: ["podpecker/a"],
        audited: ["podpecker/a"],
        auditedBlocks: { team: ["team/b"] },
        rejected: ["team/b: no-audit"],
      },
    },
    {
      about: "would make a policy of a namespace the bad one, which stands",
      texts: { "podpecker/a": audit(writer), "team/b": chooser },
      stands: {
        enforced: ["team/b"],
        audited: ["podpecker/a"],
        auditedBlocks: { team: ["team/b"] },
      },
    },
    {
      about: "whose mode nobody can read are taken for enforced ones",
      texts: { "podpecker/a": good(), "team/b": "mode: audit\n  x" },
      stands: {
        enforced: ["podpecker/a"],
        blocked: { team: ["team/b"] },
        rejected: ["team/b: denial"],
      },
    },
  ])("$about", ({ texts, stands }) => {
    const store = newStore();

    store.replaceConfigMaps(Object.entries(texts).map(([own, text]) => configMap(own, text)));

    expect(modes(store)).toEqual(stands);
  });

  it("give way to an enforced one that comes later, and come back when it goes", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/a", audit(writer)));

    store.putConfigMap(configMap("podpecker/b", chooser));
    const beside = modes(store);
    store.removeConfigMap("podpecker/b");

    expect(beside).toEqual({
      enforced: ["podpecker/b"],
      audited: ["podpecker/b"],
      rejected: ["podpecker/a: no-audit"],
    });
    expect(modes(store)).toEqual({ enforced: [], audited: ["podpecker/a"] });
  });

  it("keep their last good version", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/a", audit(good("old"))));
    const before = store.current().policies;

    store.putConfigMap(configMap("podpecker/a", audit(BAD)));

    expect(store.current().policies).toBe(before);
    expect(store.current().rejected.map(({ instead }) => instead)).toEqual(["last-good"]);
  });

  it("were enforced before, and are no more", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/a", good()));

    store.putConfigMap(configMap("podpecker/a", audit(good())));
    const audited = modes(store);
    store.putConfigMap(configMap("podpecker/a", good()));

    expect(audited).toEqual({ enforced: [], audited: ["podpecker/a"] });
    expect(modes(store)).toEqual({ enforced: ["podpecker/a"] });
  });

  it("are told, before they are written, what they do not fit; an enforced one is not", () => {
    const store = newStore();
    store.putConfigMap(configMap("podpecker/a", chooser));
    store.putConfigMap(configMap("podpecker/b", audit("version: v1\nlabels: {set: {other: x}}\n")));

    const [mistaken, enforced] = [
      configMap("podpecker/c", audit(writer)),
      configMap("podpecker/c", "version: v1\nmatch: {podLabels: {other: x}}\n"),
    ].map((object) => store.check(object)?.problems.map(describePolicyProblem));

    expect(mistaken).toEqual([expect.stringMatching(/^podpecker\/c policy\.yaml:2:16: labels\.set\.team: /)]);
    expect(enforced).toEqual([]);
  });

  it("are all there are, where nothing is enforced", () => {
    const store = createPolicyStore(tier, "none");

    store.setFiles(files({ "a.yaml": good(), "off.yaml": `${good()}mode: disabled\n` }));
    store.replaceConfigMaps([
      configMap("podpecker/bad", BAD),
      configMap("team/b", good()),
      configMap("team/bad", BAD),
    ]);

    expect(modes(store)).toEqual({
      enforced: [],
      audited: ["a", "team/b"],
      auditedBlocks: { team: ["team/bad"] },
      rejected: ["podpecker/bad: nothing", "team/bad: no-audit"],
      unready: ["podpecker/bad"],
    });
  });
});

describe("whatever comes in whatever order,", () => {
  const name = fc.constantFrom("podpecker/a", "podpecker/b", "ci/agent", "team/a", "team/b");
  const goodText = fc.constantFrom(
    good("1"),
    good("2"),
    "version: v1\nmatch: {podLabels: {team: x}}\n",
    "version: v1\nmode: disabled\nlabels: {set: {team: x}}\n",
    "version: v1\nmode: audit\n",
  );
  const auditText = fc.constantFrom(
    ...[good("1"), writer, chooser, BAD].map((text) => `${text}mode: audit\n`),
  );
  const anyText = fc.oneof(goodText, auditText, fc.constantFrom(BAD, "", "{", writer, chooser));

  type Operation =
    | { readonly put: string; readonly text: string }
    | { readonly remove: string }
    | { readonly replace: Readonly<Record<string, string>> }
    | { readonly files: string };
  const operations = (text: fc.Arbitrary<string>): fc.Arbitrary<Operation[]> =>
    fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.record({ put: name, text }) },
        { weight: 2, arbitrary: fc.record({ remove: name }) },
        { weight: 1, arbitrary: fc.record({ replace: fc.dictionary(name, text, { maxKeys: 5 }) }) },
        { weight: 1, arbitrary: fc.record({ files: text }) },
      ),
      { maxLength: 12 },
    );

  const objectsOf = (texts: ReadonlyMap<string, string>): object[] =>
    [...texts].map(([own, text]) => configMap(own, text));

  /** Does it to the store, and to what should stand there in the end. */
  function perform(store: PolicyStore, operation: Operation, texts: Map<string, string>): void {
    if ("put" in operation) {
      texts.set(operation.put, operation.text);
      store.putConfigMap(configMap(operation.put, operation.text));
    } else if ("remove" in operation) {
      texts.delete(operation.remove);
      store.removeConfigMap(operation.remove);
    } else if ("replace" in operation) {
      texts.clear();
      for (const [own, text] of Object.entries(operation.replace)) texts.set(own, text);
      store.replaceConfigMaps(objectsOf(texts));
    } else store.setFiles(files({ "file.yaml": operation.files }));
  }

  const filesOf = (all: readonly Operation[]): string | undefined =>
    all.findLast((operation) => "files" in operation)?.files;

  it("good ones end as in a fresh store", () => {
    fc.assert(
      fc.property(operations(goodText), (all) => {
        const [store, fresh] = [newStore(), newStore()];
        const texts = new Map<string, string>();

        for (const operation of all) perform(store, operation, texts);
        const text = filesOf(all);
        if (text !== undefined) fresh.setFiles(files({ "file.yaml": text }));
        fresh.replaceConfigMaps(objectsOf(texts));

        expect(words(store)).toEqual(words(fresh));
        expect(store.current().policies.policies).toEqual(fresh.current().policies.policies);
      }),
    );
  });

  it("once all of them are good, it is as if they had always been", () => {
    fc.assert(
      fc.property(operations(anyText), fc.dictionary(name, goodText), goodText, (all, last, text) => {
        const [store, fresh] = [newStore(), newStore()];
        const lastObjects = objectsOf(new Map(Object.entries(last)));

        for (const operation of all) perform(store, operation, new Map());
        for (const one of [store, fresh]) {
          one.setFiles(files({ "file.yaml": text }));
          one.replaceConfigMaps(lastObjects);
        }

        expect(words(store)).toEqual(words(fresh));
      }),
    );
  });

  it("a bad one changes no policy in force, and its good version comes into force", () => {
    const policy = fc.constantFrom("podpecker/a", "podpecker/b", "ci/agent");
    fc.assert(
      fc.property(operations(goodText), policy, goodText, (all, own, text) => {
        const store = newStore();
        for (const operation of all) perform(store, operation, new Map());
        const { policies } = store.current();

        store.putConfigMap(configMap(own, BAD));
        const whileBad = store.current();
        store.putConfigMap(configMap(own, text));

        expect(whileBad.policies).toBe(policies);
        expect(whileBad.rejected.map(({ source }) => source)).toContain(own);
        const { rejected } = store.current();
        expect(rejected.map(({ source }) => source)).not.toContain(own);
      }),
    );
  });

  it("every source is in force, or told", () => {
    fc.assert(
      fc.property(operations(anyText), (all) => {
        const store = newStore();
        const texts = new Map<string, string>();

        for (const operation of all) perform(store, operation, texts);

        const { policies, rejected } = store.current();
        const told = [
          ...loadedPolicies(policies).map((policy) => policy.name),
          ...rejected.map(({ source }) => source),
        ];
        const silent = [...texts].filter(([own, text]) => !text.includes("disabled") && !told.includes(own));
        expect(silent).toEqual([]);
      }),
    );
  });

  it("ones in audit mode change nothing of what the others come to", () => {
    const own = fc.constantFrom("podpecker/x", "ci/x", "team/x", "podpecker/0");
    const audited = fc.array(fc.record({ put: own, text: auditText }), { maxLength: 4 });
    const enforced = operations(fc.oneof(goodText, fc.constantFrom(BAD, writer, chooser)));
    fc.assert(
      fc.property(enforced, audited, (all, audits) => {
        const [store, alone] = [newStore(), newStore()];
        const [texts, ofAlone] = [new Map<string, string>(), new Map<string, string>()];

        for (const [index, operation] of all.entries()) {
          const beside = audits[index];
          if (beside !== undefined) perform(store, beside, texts);
          perform(store, operation, texts);
          perform(alone, operation, ofAlone);
        }

        const [stored, without] = [store.current(), alone.current()];
        expect(names(stored.policies)).toEqual(names(without.policies));
        expect(blocksIn(stored.policies)).toEqual(blocksIn(without.policies));
        expect(stored.unready).toEqual(without.unready);
      }),
    );
  });
});
