/** Breaks a text at its spaces, so that lines fit; the first line begins with `lead`, the others are indented as far. */
export function wrap(text: string, width: number, lead = ""): string[] {
  const lines: string[] = [];
  let line = lead;
  let isBare = true;
  for (const word of text.split(" ")) {
    if (!isBare && line.length + 1 + word.length > width) {
      lines.push(line);
      line = " ".repeat(lead.length);
      isBare = true;
    }
    line += isBare ? word : ` ${word}`;
    isBare = false;
  }
  return [...lines, line];
}
