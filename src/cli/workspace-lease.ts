/** The Lease of the replica that makes and removes claims, in Podpecker's own namespace. */
export const WORKSPACE_LEASE = "podpecker-workspaces";
