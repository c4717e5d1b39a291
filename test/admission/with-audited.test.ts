import { describe, expect, it } from "vitest";

import { decide } from "#src/admission/decide.ts";
import { type Decision } from "#src/admission/decision.ts";
import { judgeCreation } from "#src/admission/judge-creation.ts";
import { judgeEphemeralContainers } from "#src/admission/judge-ephemeral-containers.ts";
import { judgeResize } from "#src/admission/judge-resize.ts";
import { type Pod } from "#src/kubernetes/pod.ts";
import { policiesOf, tiersOf, withText } from "#test/engine/decision.ts";
import { NOW } from "#test/now.ts";

const facts = { namespace: "ci", now: NOW };
const pod: Pod = { metadata: { name: "step" }, spec: { containers: [{ name: "step", image: "alpine" }] } };
const label = (value: string): object => ({ labels: { set: { ci: value } } });
const audit = (document: object): object => ({ ...document, mode: "audit" });

/** What somebody wants to know of a decision at a glance. */
const glance = ({ outcome, policies, changes }: Decision): object => ({
  outcome,
  policies,
  written: changes.map(({ pointer, after }) => `${pointer}: ${String(after)}`),
});

describe("a policy in audit mode", () => {
  it("leaves a Pod as it came, and tells what it would do", () => {
    const decision = decide(pod, facts, policiesOf([audit(label("a"))]));

    expect(glance(decision)).toEqual({ outcome: "untouched", policies: [], written: [] });
    expect(decision.pod).toBe(pod);
    expect(decision.audited).toEqual(decide(pod, facts, policiesOf([label("a")])));
    expect(decision.audited?.changes).not.toEqual([]);
  });

  it("stands beside enforced ones, and over them in what is audited only", () => {
    const decision = decide(pod, facts, policiesOf([label("a"), audit(label("b"))]));
    const { audited, ...enforced } = decision;

    expect(enforced).toEqual(decide(pod, facts, policiesOf([label("a")])));
    expect(audited && glance(audited)).toEqual({
      outcome: "decided",
      policies: ["policy-0", "policy-1"],
      written: ["/metadata/labels/ci: b"],
    });
    expect(audited?.pod.metadata?.labels).toEqual({ ci: "b" });
  });

  it("tells of a label that it would reserve, though it is for other Pods", () => {
    const open = { labels: { fromStep: true } };
    const matching = { match: { podLabels: { team: "build" } } };
    const asking = withText(pod, "labels: {team: web}");

    const decision = decide(asking, facts, policiesOf([open, audit(matching)]));

    expect(decision.findings).toEqual([]);
    expect(decision.audited).toEqual(decide(asking, facts, policiesOf([open, matching])));
    expect(decision.audited?.findings.map(({ code }) => code)).toEqual(["reserved-key"]);
  });

  it("tells what it would deny where the Pod comes first, and not again", () => {
    const policies = policiesOf([{}, audit({ onRefusal: "deny" })]);
    const first = decide(withText(pod, "serviceAccountName: root"), facts, policies);

    const again = judgeCreation(first.pod, facts, policies);

    expect(first.audited?.outcome).toBe("refused");
    expect([again.outcome, again.audited?.outcome]).toEqual(["decided", "untouched"]);
  });

  it("denies nothing", () => {
    const strict = { onRefusal: "deny", runtimeClassName: { fromStep: false } };
    const asking = withText(pod, "runtimeClassName: kata");
    const decision = decide(asking, facts, policiesOf([{}, audit(strict)]));

    expect(decision.outcome).toBe("decided");
    expect(decision.audited?.outcome).toBe("refused");
  });

  it("leaves a Pod alone whose options cannot be read, where it is the only one", () => {
    const decision = decide(
      withText(pod, "resources: {limits: {cpu: lots}}"),
      facts,
      policiesOf([audit({})]),
    );

    expect(decision).toMatchObject({ outcome: "untouched", findings: [] });
    expect(decision.audited).toMatchObject({ outcome: "malformed", findings: [{ code: "malformed-value" }] });
  });

  it("reserves no label that it matches on", () => {
    const open = { labels: { fromStep: { keys: ["team"] } } };
    const matching = { match: { podLabels: { team: "x" } } };
    const asking = withText(pod, "labels: {team: build}");
    const decision = decide(asking, facts, policiesOf([open, audit(matching)]));

    expect(decision.pod.metadata?.labels).toEqual({ team: "build" });
  });

  it("of a namespace narrows nothing", () => {
    const narrow = audit({ runtimeClassName: { fromStep: ["gvisor"] } });
    const asking = withText(pod, "runtimeClassName: kata");
    const decision = decide(asking, facts, tiersOf([{}], [narrow]));

    expect(decision.pod.spec.runtimeClassName).toBe("kata");
    expect(decision.audited?.pod.spec.runtimeClassName).toBeUndefined();
    expect(decision.audited?.policies).toEqual(["policy-0", "ci/own-0"]);
  });

  it("is no part of a decision about Pods that it does not match, nor once it has ended", () => {
    const elsewhere = audit({ ...label("a"), match: { namespaces: ["other"] } });
    const over = audit({ ...label("a"), validUntil: "2020-01-01" });

    expect(decide(pod, facts, policiesOf([label("b"), elsewhere, over]))).toEqual(
      decide(pod, facts, policiesOf([label("b")])),
    );
  });

  it("is the same policy, by its digest, as when it is enforced", () => {
    const digests = [{}, { mode: "enforce" }, { mode: "audit" }].map((mode) => {
      const { digest, audited } = decide(pod, facts, policiesOf([{ ...label("a"), ...mode }]));
      return audited?.digest ?? digest;
    });

    expect(new Set(digests)).toEqual(new Set([digests[0]]));
  });
});

describe("the last word about a Pod", () => {
  const bounded = { resources: { max: { cpu: "1" } } };
  const wanting = (cpu: string): Pod => ({
    ...pod,
    spec: {
      containers: [{ name: "step", image: "alpine", resources: { limits: { cpu }, requests: { cpu } } }],
    },
  });

  it("passes what an audited policy would have changed before, and tells no denial", () => {
    const decision = judgeCreation(pod, facts, policiesOf([{}, audit(label("a"))]));

    expect(decision.outcome).toBe("decided");
    expect(decision.audited).toMatchObject({ outcome: "decided", policies: ["policy-0", "policy-1"] });
  });

  it("passes what an audited policy would deny, and tells that", () => {
    const denying = { resources: { max: { cpu: "1" }, onExceed: "deny" } };
    const decision = judgeCreation(wanting("2"), facts, policiesOf([{}, audit(denying)]));

    expect(decision.outcome).toBe("decided");
    expect(decision.audited?.outcome).toBe("refused");
  });

  it("lets a resize pass that an audited policy would not", () => {
    const judged = { pod: wanting("2"), old: wanting("1") };
    const decision = judgeResize(judged, facts, policiesOf([audit(bounded)]));

    expect(decision.outcome).toBe("untouched");
    expect(decision.audited).toEqual(judgeResize(judged, facts, policiesOf([bounded])));
    expect(decision.audited?.outcome).toBe("refused");
  });

  it("lets an ephemeral container pass that an audited policy would not", () => {
    const debug = { name: "debug", image: "alpine", securityContext: { privileged: true } };
    const judged = { pod: { ...pod, spec: { ...pod.spec, ephemeralContainers: [debug] } }, old: pod };
    const decision = judgeEphemeralContainers(judged, facts, policiesOf([audit({})]));

    expect(decision.outcome).toBe("untouched");
    expect(decision.audited).toEqual(judgeEphemeralContainers(judged, facts, policiesOf([{}])));
    expect(decision.audited?.outcome).toBe("refused");
  });
});
