/** The JSON pointer (RFC 6901) of a place in a document; the document itself is the empty text. */
export function formatPointer(path: readonly (string | number)[]): string {
  let pointer = "";
  for (const step of path) pointer += typeof step === "number" ? `/${step}` : `/${escapeStep(step)}`;
  return pointer;
}

function escapeStep(step: string): string {
  const isPlain = !step.includes("/") && !step.includes("~");
  return isPlain ? step : step.replaceAll("~", "~0").replaceAll("/", "~1");
}

/**
 * The steps of a JSON pointer, an index as its digits.
 * @throws {SyntaxError} when the text is no pointer: not empty and without a leading `/`, or with a lone `~`.
 */
export function parsePointer(text: string): string[] {
  if (text === "") return [];
  if (!text.startsWith("/") || /~(?![01])/.test(text)) throw new SyntaxError(`not a JSON pointer: ${text}`);
  return text
    .slice(1)
    .split("/")
    .map((step) => (step.includes("~") ? step.replaceAll("~1", "/").replaceAll("~0", "~") : step));
}
