type JsonObject = Readonly<Record<string, unknown>>;
type Pair = readonly [actual: unknown, wanted: unknown];
type Admits = (actual: JsonObject, wanted: JsonObject) => boolean;

/** Whether two JSON values are the same, whatever the order of their keys; quick where they share subtrees. */
export const deepEqual = (a: unknown, b: unknown): boolean =>
  a === b || agree([a, b], (actual, wanted) => Object.keys(actual).length === Object.keys(wanted).length);

/**
 * Whether a JSON value has all that is wanted of it, at any depth. It may have more members, such as the API server's
 * defaulting adds (`defaultMode`), but not more elements.
 */
export const covers = (actual: unknown, wanted: unknown): boolean => agree([actual, wanted], () => true);

// A list of what is still to be compared, not recursion: a deep document must not exhaust the stack.
function agree(first: Pair, admits: Admits): boolean {
  const open: Pair[] = [first];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const parts = partsOf(pair, admits);
    if (parts === undefined) return false;
    for (const part of parts) open.push(part);
  }
  return true;
}

/** What must agree for the pair to agree, or undefined where it cannot. */
function partsOf([actual, wanted]: Pair, admits: Admits): Pair[] | undefined {
  if (actual === wanted) return [];
  if (isList(actual) && isList(wanted)) return elementsOf(actual, wanted);
  return isObject(actual) && isObject(wanted) && admits(actual, wanted)
    ? membersOf(actual, wanted)
    : undefined;
}

function elementsOf(actual: readonly unknown[], wanted: readonly unknown[]): Pair[] | undefined {
  return actual.length === wanted.length ? wanted.map((item, index) => [actual[index], item]) : undefined;
}

function membersOf(actual: JsonObject, wanted: JsonObject): Pair[] | undefined {
  const keys = Object.keys(wanted);
  // Own keys only: an inherited `constructor` or `__proto__` is no member.
  if (!keys.every((key) => Object.hasOwn(actual, key))) return undefined;
  return keys.map((key) => [actual[key], wanted[key]]);
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
