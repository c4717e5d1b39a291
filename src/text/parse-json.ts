/** The value of a JSON text; nothing where it is none. */
export function parseJson(text = ""): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // Too many brackets in a row end the stack before they end the text.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
