import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { workspaceClaimName } from "#src/engine/workspace-claim-name.ts";
import { stepContainer } from "#src/kubernetes/containers.ts";
import { type Pod, type Volume } from "#src/kubernetes/pod.ts";
import { policiesOf, withText } from "#test/engine/decision.ts";
import { layers, options, pod, workspace } from "#test/engine/arbitrary.ts";
import { NOW } from "#test/now.ts";
import { runs } from "#test/runs.ts";

const FACTS = { namespace: "ci", user: "agent", now: NOW };
const TASK = "woodpecker-ci.org/task-uuid";
const WORKFLOW = "podpecker.dev/workflow";

const cases = fc.record({ pod, layers, options, workspace, id: fc.stringMatching(/^[a-zA-Z0-9]{1,20}$/) });

const ofWorkflow = (given: Pod, id: string): Pod => ({
  ...given,
  metadata: { ...given.metadata, labels: { ...given.metadata?.labels, [TASK]: id } },
});

const isClaim = ({ type = "claim" }: { type?: string }): boolean => type === "claim";

describe("a Pod of a workflow", () => {
  law("has a workspace, unless its step wants none or the policy has none", (one) => {
    const { outcome, pod: after } = decided(one);

    const isWanted = one.options["workspaceVolume"] !== false && one.workspace.type !== "none";
    if (outcome !== "decided" || !isWanted) return;
    const { volumeMounts = [] } = stepContainer(after).container;
    const place = (one.workspace.path ?? "/woodpecker").replace(/\/$/, "");
    const claimOf = (volume: Volume): string => volume.persistentVolumeClaim?.claimName ?? "";
    const agents = after.spec.volumes?.find((volume) => claimOf(volume).startsWith("wp-"));
    const mounts = volumeMounts.filter(
      ({ name, mountPath }) => mountPath.replace(/\/$/, "") === place || name === agents?.name,
    );
    expect(mounts).not.toEqual([]);
  });

  law("has the claim of no workflow but its own", (one) => {
    const { outcome, pod: after } = decided(one);

    if (outcome !== "decided") return;
    const claims = (after.spec.volumes ?? []).flatMap(
      ({ persistentVolumeClaim: source }) => source?.claimName ?? [],
    );
    const own = workspaceClaimName(one.id);
    expect(claims.filter((claim) => claim.startsWith("podpecker-") && claim !== own)).toEqual([]);
    if (claims.includes(own)) {
      expect(isClaim(one.workspace)).toBe(true);
      expect(after.metadata?.labels?.[WORKFLOW]).toBe(own);
    }
  });

  law("is kept beside the others, or said not to be, where one node only may mount the claim", (one) => {
    const { outcome, pod: after, findings } = decided(one);

    const name = workspaceClaimName(one.id);
    const isMounted = after.spec.volumes?.some((volume) => volume.name === name) === true;
    if (outcome !== "decided" || !isMounted || one.workspace.accessMode !== "ReadWriteOnce") return;
    const { podAffinity = {} } = (after.spec.affinity ?? {}) as { podAffinity?: Record<string, unknown[]> };
    const required = podAffinity["requiredDuringSchedulingIgnoredDuringExecution"] ?? [];
    const isPreferred = findings.some(({ code }) => code === "workspace-node-preferred");
    const isOwn = (term: unknown): boolean => JSON.stringify(term).includes(`"${WORKFLOW}":"${name}"`);
    expect(required.filter(isOwn).length).toBe(isPreferred ? 0 : 1);
    // Beside another term the scheduler would find nobody.
    if (!isPreferred) expect(required.length).toBe(1);
  });

  law("keeps what affinity it has otherwise", (one) => {
    const { outcome, pod: after } = decided(one);
    const bare = decide(withText(one.pod, JSON.stringify(one.options)), FACTS, policiesOf(one.layers));

    if (outcome !== "decided" || bare.outcome !== "decided") return;
    const termsIn = (of: Pod): string[] =>
      Object.entries(of.spec.affinity ?? {}).flatMap(([kind, lists]) =>
        Object.entries((lists ?? {}) as Record<string, unknown>).flatMap(([list, terms]) =>
          (Array.isArray(terms) ? terms : [terms]).map((term) => `${kind} ${list} ${JSON.stringify(term)}`),
        ),
      );
    const left = termsIn(after).filter((term) => !term.includes(WORKFLOW));
    expect(left).toEqual(termsIn(bare.pod).filter((term) => !term.includes(WORKFLOW)));
  });
});

type Case = typeof cases extends fc.Arbitrary<infer One> ? One : never;

function decided({ pod: given, layers: documents, options: asked, workspace: own, id }: Case) {
  const sent = withText(ofWorkflow(given, id), JSON.stringify(asked));
  return decide(sent, FACTS, policiesOf([...documents.map(withoutWorkspace), { workspace: own }]));
}

const withoutWorkspace = (document: object): object => ({ ...document, workspace: {} });

function law(title: string, check: (one: Case) => void): void {
  it(title, () => {
    fc.assert(fc.property(cases, check), { numRuns: runs(150) });
  });
}
