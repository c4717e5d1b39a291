/** Things that happen, in order, for a test that awaits each. */
export interface Queue<Happening> {
  readonly push: (happening: Happening) => void;
  /** The next one, as soon as it happens. */
  readonly next: () => Promise<Happening>;
  /** Those that nobody took yet. */
  readonly left: () => readonly Happening[];
}

/** Makes an empty queue. */
export function createQueue<Happening>(): Queue<Happening> {
  const left: Happening[] = [];
  const takers: ((happening: Happening) => void)[] = [];
  return {
    push: (happening) => {
      const take = takers.shift();
      if (take === undefined) left.push(happening);
      else take(happening);
    },
    next: () => {
      const [first] = left.splice(0, 1);
      return first === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(first);
    },
    left: () => left,
  };
}
