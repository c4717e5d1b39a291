/** A kubeconfig (JSON is YAML) for one who is known by a token. */
export function kubeconfigFor({ server, ca, token }: { server: string; ca: string; token: string }): string {
  const name = "podpecker-tests";
  const cluster = { server, "certificate-authority-data": Buffer.from(ca).toString("base64") };
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
