/** A table of GitHub's Markdown; a column whose name begins with `#` is of numbers. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const names = columns.map((name) => name.replace(/^#/, ""));
  const rules = columns.map((name) => (name.startsWith("#") ? "---:" : "---"));
  return [names, rules, ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

/** Text of anybody's, shown as it is: nothing in it is a link, a mention or an end of its cell. */
export function markdownCode(text: string): string {
  const plain = text.replaceAll("`", "'").replaceAll("|", "\\|").replace(/\s+/g, " ").trim();
  return plain === "" ? "" : `\`${plain}\``;
}
