/** The map's own value of a key. A key that somebody wrote may be `constructor`: what every object inherits is nobody's value. */
export function own<Value>(map: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}
