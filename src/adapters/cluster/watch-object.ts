import type { ApiObject } from "./api-object.ts";
import type { Cluster } from "./cluster.ts";
import type { Selection } from "./objects.ts";
import { type ObjectWatch, type Observer, type Patience, watchObjects } from "./watch-objects.ts";

/** Who hears of a single object. */
export interface ObjectObserver<Seen> extends Omit<Observer, "onChange"> {
  /** The object as it is now; nothing where there is none. */
  readonly onChange: (object: Seen | undefined) => void;
}

/** Tells of one object, now and whenever it changes, also when it goes and when it comes. A role that names it by
 * resourceNames suffices. */
export function watchObject(
  cluster: Cluster,
  selection: Selection & { readonly name: string },
  observer: ObjectObserver<ApiObject>,
  patience?: Partial<Patience>,
): ObjectWatch {
  const onChange: Observer["onChange"] = (objects) => {
    const [object] = objects.values();
    observer.onChange(object);
  };
  return watchObjects(cluster, selection, { ...observer, onChange }, patience);
}
