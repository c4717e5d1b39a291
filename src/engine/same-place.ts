/** Whether two mount paths are one place, however they are written. */
export function samePlace(a: string, b: string): boolean {
  return a === b || placeOf(a) === placeOf(b);
}

/** A path without what makes no other place of it. */
export function placeOf(path: string): string {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}
