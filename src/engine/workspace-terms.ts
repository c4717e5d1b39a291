import { type Workspace } from "./workspace-schema.ts";

/** What the claim of a workspace is made by, with everything said that a policy may leave out. */
export interface WorkspaceTerms {
  readonly size: string;
  /** Empty for the cluster's default class. */
  readonly storageClass: string;
  readonly accessMode: "ReadWriteMany" | "ReadWriteOnce";
  readonly ttlAfterFinished: string;
}

/** The terms of a policy's workspace, with the agent's own defaults. */
export const workspaceTerms = ({
  size = "10G",
  storageClass = "",
  accessMode = "ReadWriteMany",
  ttlAfterFinished = "10m",
}: Workspace): WorkspaceTerms => ({ size, storageClass, accessMode, ttlAfterFinished });
