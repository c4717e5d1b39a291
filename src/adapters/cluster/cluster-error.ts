/** A cluster that cannot be used as it is: the message says which, what is wrong and what an administrator would change. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";
}
