/** A binary that cannot be had, and what a person can do about it. */
export class AssetError extends Error {
  override readonly name = "AssetError";
}
