import { ApiObject } from "./api-object.ts";

/** What is known of a selection of objects, kept up to date by lists and events. */
export interface KnownObjects {
  /** By namespace/name. A copy: what was handed out does not change any more. */
  readonly all: () => ReadonlyMap<string, ApiObject>;
  /** Takes a whole list over; whether anything is different now. The first list always is. */
  readonly replace: (objects: readonly ApiObject[]) => boolean;
  /** Takes one event over; whether anything is different now.
   * @throws {ZodError} when it is about no object
   */
  readonly apply: (type: string, object: unknown) => boolean;
}

/** Makes a knowledge of nothing yet. */
export function createKnownObjects(): KnownObjects {
  let known: Map<string, ApiObject> | undefined;
  return {
    all: () => new Map(known),
    replace: (objects) => {
      const before = known;
      known = new Map(objects.map((object) => [keyOf(object), sameOr(before?.get(keyOf(object)), object)]));
      return before === undefined || !isEqual(before, known);
    },
    apply: (type, changed) => {
      // Says only how far the server has come.
      if (type === "BOOKMARK") return false;
      known ??= new Map();
      const object = ApiObject.parse(changed);
      const key = keyOf(object);
      if (type === "DELETED") return known.delete(key);
      const before = known.get(key);
      known.set(key, sameOr(before, object));
      return known.get(key) !== before;
    },
  };
}

const keyOf = ({ metadata: { namespace = "", name } }: ApiObject): string => `${namespace}/${name}`;

/** Every write gives an object another version. */
function sameOr(before: ApiObject | undefined, object: ApiObject): ApiObject {
  const { resourceVersion } = object.metadata;
  const isSame = resourceVersion !== undefined && before?.metadata.resourceVersion === resourceVersion;
  return isSame ? before : object;
}

const isEqual = (some: ReadonlyMap<string, ApiObject>, others: ReadonlyMap<string, ApiObject>): boolean =>
  some.size === others.size && [...some].every(([key, object]) => others.get(key) === object);
