// A quoted text may hold quotes behind backslashes; several warnings stand behind one another.
const WARNING = /\b299 \S+ "((?:[^"\\]|\\.)*)"/g;

/** What the API server warns its client of, in the headers of a reply: https://kubernetes.io/blog/2020/09/03/warnings/ */
export function warningsOf(headers: Readonly<Record<string, string>>): string[] {
  return [...(headers["warning"] ?? "").matchAll(WARNING)].map(([, text = ""]) =>
    text.replaceAll(/\\(.)/g, "$1"),
  );
}
