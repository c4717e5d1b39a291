/** Makes the function that lets the first so many texts pass, and nothing for any other one. */
export function createBounded(max: number): (text: string) => string | undefined {
  const known = new Set<string>();
  return (text) => {
    if (known.has(text)) return text;
    if (known.size >= max) return undefined;
    known.add(text);
    return text;
  };
}
