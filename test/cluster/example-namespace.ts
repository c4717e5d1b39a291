import { type ControlPlane } from "./control-plane/control-plane.ts";
import { apply } from "./control-plane/kubectl.ts";

const NAMESPACE = "woodpecker";

/** The namespace of the examples, with the account and the claim that a build there asks for. */
export const addExampleNamespace = (plane: ControlPlane): Promise<void> =>
  apply(
    plane,
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: NAMESPACE, labels: { "podpecker.dev/enabled": "true" } },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "ci-build", namespace: NAMESPACE } },
    volume,
    claim,
  );

const size = { storage: "1Gi" };
const accessModes = ["ReadWriteMany"];

// Nobody provisions volumes here; this one waits for the claim.
const volume = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "go-cache" },
  spec: { capacity: size, accessModes, hostPath: { path: "/var/cache/go" }, storageClassName: "" },
};

const claim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "go-cache", namespace: NAMESPACE },
  spec: { resources: { requests: size }, accessModes, storageClassName: "", volumeName: "go-cache" },
};
