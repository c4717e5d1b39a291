import { type ClusterView } from "../cluster-view.ts";
import { type Verdict } from "../verdict.ts";
import { apiServer } from "./api-server.ts";
import { caBundles } from "./ca-bundles.ts";
import { dryRun } from "./dry-run.ts";
import { endpoints } from "./endpoints.ts";
import { namespaces } from "./namespaces.ts";
import { policies } from "./policies.ts";
import { servicePorts } from "./service-ports.ts";
import { servingCertificate } from "./serving-certificate.ts";
import { mutatingConfiguration, validatingConfiguration } from "./webhook-configurations.ts";
import { workspaces } from "./workspaces.ts";

/** Looks at one side of a cluster. Pure. */
export type Check = (view: ClusterView) => Verdict[];

/** Everything that is looked at, in the order in which it is told: along the way of a Pod. */
export const checks = {
  apiServer,
  mutatingConfiguration,
  validatingConfiguration,
  namespaces,
  servicePorts,
  endpoints,
  caBundles,
  servingCertificate,
  policies,
  dryRun,
  workspaces,
} as const satisfies Readonly<Record<string, Check>>;

export type CheckName = keyof typeof checks;
