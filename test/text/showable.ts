const DIRECTION = new Set([0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0xfeff]);

/** Whether a text is safe for a terminal, a log line and a header: no control characters, no marks of direction. */
export function isShowable(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return false;
    if (DIRECTION.has(code) || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069))
      return false;
  }
  return true;
}
