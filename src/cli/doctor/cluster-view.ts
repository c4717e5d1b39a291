import { type Pod } from "../../kubernetes/pod.ts";
import {
  type CertificateSecret,
  type ConfigMap,
  type Deployment,
  type EndpointSlice,
  type Lease,
  type Namespace,
  type Service,
  type WebhookConfiguration,
} from "./cluster-objects.ts";
import { type Permission } from "./permission.ts";
import { type Reading } from "./reading.ts";

/** Which objects are looked at. */
export interface Names {
  /** Podpecker's own namespace. */
  readonly namespace: string;
  /** Its Service and its Deployment. */
  readonly service: string;
  /** Both webhook configurations. */
  readonly configuration: string;
}

/** A cluster as it was read, before anything is said about it. */
export interface ClusterState {
  readonly now: Date;
  readonly names: Names;
  /** The URL of the API server. */
  readonly server: string;
  readonly version: Reading<string>;
  /** Who creates the Pods that are tried. */
  readonly user: Reading<string>;
  readonly mutating: Reading<WebhookConfiguration>;
  readonly validating: Reading<WebhookConfiguration>;
  readonly namespaces: Reading<readonly Namespace[]>;
  readonly service: Reading<Service>;
  readonly endpointSlices: Reading<readonly EndpointSlice[]>;
  readonly deployment: Reading<Deployment>;
  /** What the Secret with the serving certificate is called. */
  readonly secretName: string;
  readonly secret: Reading<CertificateSecret>;
  /** Those with the label of policies, in all namespaces. */
  readonly configMaps: Reading<readonly ConfigMap[]>;
  /** Those that count wherever they are, by `namespace/name`. */
  readonly promoted: ReadonlyMap<string, Reading<ConfigMap>>;
}

/** What the checks look at: a cluster, and what became of Pods that were tried in it. */
export interface ClusterView extends ClusterState {
  /** Nothing where there is no namespace to try a Pod in. */
  readonly trial: Trial | undefined;
  /** Absent where no policy gives Pods a claim. */
  readonly workspaces: Reading<Workspaces>;
}

/** What there must be so that claims of workflows are made. */
export interface Workspaces {
  /** In whose name replicas ask the API server. */
  readonly account: string;
  /** What it needs to be allowed, and whether it is. */
  readonly rights: readonly (readonly [Permission, Reading<boolean>])[];
  /** Who makes and removes claims. */
  readonly lease: Reading<Lease>;
}

/** Two Pods that were sent through the API server as dry runs. */
export interface Trial {
  readonly namespace: string;
  /** A step's that asks for nothing. */
  readonly plain: Attempt;
  /** One with an option that nobody knows: whoever called Podpecker hears of it. Only tried where the first one shows nothing. */
  readonly probe: Attempt | undefined;
}

/** What came of creating a Pod. */
export type Attempt =
  { readonly object: Pod; readonly warnings: readonly string[] } | { readonly status: Status };

/** Why it was not created; the code is 0 where there was no answer. */
export interface Status {
  readonly code: number;
  readonly message: string;
}
