import { describe, expect, it } from "vitest";

import { explainRefusal } from "#src/cli/doctor/refusals.ts";
import { healthyView } from "./healthy-view.ts";

const refusal = { about: "Dry run", namespace: "ci-a", view: healthyView({ trial: undefined }) };

const call = (reason: string): string =>
  `Internal error occurred: failed calling webhook "pods.podpecker.dev": failed to call webhook: Post "https://podpecker.podpecker.svc:443/mutate?timeout=5s": ${reason}`;

// As API servers of 1.30 to 1.36 say it.
const CASES = [
  {
    message: call("tls: failed to verify certificate: x509: certificate signed by unknown authority"),
    state: "failed",
    says: "the call to Podpecker fails",
    remedy: "kubectl patch mutatingwebhookconfiguration podpecker",
  },
  {
    message: call(
      'tls: failed to verify certificate: x509: certificate signed by unknown authority (possibly because of "crypto/rsa: verification error" while trying to verify candidate authority certificate "x")',
    ),
    state: "failed",
    says: "the call to Podpecker fails",
    remedy: "kubectl patch mutatingwebhookconfiguration podpecker",
  },
  {
    message: call(
      "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-06-01T00:00:00Z is after 2026-05-01T00:00:00Z",
    ),
    state: "failed",
    says: "expired",
    remedy: "renew the certificate",
  },
  {
    message: call(
      "tls: failed to verify certificate: x509: certificate is valid for other.example, not podpecker.podpecker.svc",
    ),
    state: "failed",
    says: "the call to Podpecker fails",
    remedy: "the certificate must be for podpecker.podpecker.svc",
  },
  {
    message: call("x509: certificate relies on legacy Common Name field, use SANs instead"),
    state: "failed",
    says: "the call to Podpecker fails",
    remedy: "the certificate must be for podpecker.podpecker.svc",
  },
  {
    message: call("dial tcp 10.0.0.1:443: connect: connection refused"),
    state: "failed",
    says: "connection refused",
    remedy: "see why no replica answers",
  },
  {
    message: call('no endpoints available for service "podpecker"'),
    state: "failed",
    says: "no endpoints available",
    remedy: "kubectl --namespace podpecker get pods",
  },
  {
    message: call('service "podpecker" not found'),
    state: "failed",
    says: "not found",
    remedy: "kubectl --namespace podpecker get services",
  },
  { message: call("context deadline exceeded"), state: "failed", says: "deadline", remedy: "port 8443" },
  {
    message: call("dial tcp 10.0.0.1:443: i/o timeout"),
    state: "failed",
    says: "i/o timeout",
    remedy: "NetworkPolicies",
  },
  {
    message: call("the server could not find the requested resource"),
    state: "failed",
    says: "the call to Podpecker fails",
    remedy: "kubectl --namespace podpecker logs deployment/podpecker",
  },
  {
    message: 'Internal error occurred: failed calling webhook "sidecars.mesh.example": EOF',
    state: "failed",
    says: 'another webhook, "sidecars.mesh.example", fails: EOF',
    remedy: "whoever runs that webhook",
  },
  {
    message:
      'admission webhook "pods.podpecker.dev" denied the request: podpecker: the namespace has a policy\n- ci-a/mine\npolicies: a',
    state: "failed",
    says: 'Podpecker denies a step\'s Pod in namespace "ci-a" that asks for nothing: podpecker: the namespace has a policy; - ci-a/mine; policies: a',
    remedy: "mend the policies",
  },
  {
    message: 'admission webhook "validate.kyverno.svc-fail" denied the request: no',
    state: "unknown",
    says: 'denied by another webhook, "validate.kyverno.svc-fail": no',
    remedy: "--try-namespace",
  },
  {
    message: 'admission webhook "x.example" denied the request',
    state: "unknown",
    says: 'denied by another webhook, "x.example"',
    remedy: "--try-namespace",
  },
  {
    message: 'admission webhook "x.example" does not support dry run',
    state: "unknown",
    says: 'the webhook "x.example" does not support dry runs',
    remedy: "sideEffects",
  },
  {
    message:
      'users "agent" is forbidden: User "me" cannot impersonate resource "users" in API group "" at the cluster scope',
    state: "unknown",
    says: "may not impersonate users",
    remedy: "kubectl auth can-i impersonate users",
  },
  {
    message:
      'serviceaccounts "agent" is forbidden: User "me" cannot impersonate resource "serviceaccounts" in API group "" in the namespace "ci"',
    state: "unknown",
    says: "may not impersonate serviceaccounts",
    remedy: "kubectl auth can-i impersonate serviceaccounts",
  },
  {
    message:
      'pods is forbidden: User "me" cannot impersonate-on:user-info:create resource "pods" in API group "" in the namespace "ci-a"',
    state: "unknown",
    says: "may not impersonate users",
    remedy: "leave out --as",
  },
  {
    message:
      'pods is forbidden: User "me" cannot create resource "pods" in API group "" in the namespace "ci-a"',
    state: "unknown",
    says: 'may not create pods in namespace "ci-a"',
    remedy: "kubectl auth can-i create pods --namespace ci-a",
  },
  {
    message:
      'pods "podpecker-doctor-" is forbidden: violates PodSecurity "restricted:latest": restricted volume types (volume "h" uses restricted volume type "hostPath")',
    state: "failed",
    says: 'refused by Pod Security "restricted:latest" after the policies were applied: restricted volume types',
    remedy: "let the policy set",
  },
  {
    message:
      'pods "x" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10',
    state: "unknown",
    says: "refused by a quota: compute, requested",
    remedy: "kubectl --namespace ci-a describe resourcequotas",
  },
  {
    message: 'pods "x" is forbidden: failed quota: compute: must specify limits.cpu for: podpecker-doctor',
    state: "unknown",
    says: "refused by a quota: compute: must specify limits.cpu",
    remedy: "resources.default",
  },
  {
    message: 'namespaces "ci-a" not found',
    state: "unknown",
    says: 'there is no namespace "ci-a"',
    remedy: "kubectl get namespaces",
  },
  {
    message:
      'pods "x" is forbidden: unable to create new content in namespace ci-a because it is being terminated',
    state: "unknown",
    says: 'namespace "ci-a" is being deleted',
    remedy: "--try-namespace",
  },
  {
    message: 'pods "x" is forbidden: no PriorityClass with name nope was found',
    state: "failed",
    says: 'is refused, code 403: pods "x" is forbidden: no PriorityClass with name nope was found',
    remedy: "mend the policy",
  },
] as const;

describe("explainRefusal", () => {
  it.each(CASES)("$message", ({ message, state, says, remedy }) => {
    const verdict = explainRefusal(refusal, { code: 403, message });

    expect(verdict).toMatchObject({ about: "Dry run", state });
    expect(verdict.says).toContain(says);
    expect([verdict.remedy, ...(verdict.commands ?? [])].join("\n")).toContain(remedy);
  });

  it("tells what no API server said without a code", () => {
    const { says } = explainRefusal(refusal, { code: 0, message: "there was no answer in time" });

    expect(says).toBe('a step\'s Pod in namespace "ci-a" is refused: there was no answer in time');
  });
});
