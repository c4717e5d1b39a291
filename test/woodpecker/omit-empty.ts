/** The members that Go's JSON would write: nothing undefined, no empty text, list or object. */
export function omitEmpty<T extends object>(members: { readonly [Key in keyof T]: T[Key] | undefined }): T {
  const kept = Object.entries(members).filter(([, value]) => !isEmpty(value));
  // What was taken out was undefined or empty, and T says that it may be absent.
  return Object.fromEntries(kept) as T;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
