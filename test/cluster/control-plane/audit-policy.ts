/** Audit: Pods with what was asked, what was answered and what webhooks patched; of everything else, who did what. */
export const AUDIT_POLICY = JSON.stringify({
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [
    {
      level: "RequestResponse",
      verbs: ["create", "update", "patch", "delete"],
      resources: [{ group: "", resources: ["pods", "pods/ephemeralcontainers", "pods/resize"] }],
    },
    { level: "None", nonResourceURLs: ["*"] },
    { level: "Metadata" },
  ],
});
