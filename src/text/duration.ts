const DURATION = /^(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?$/;
const UNITS_MS = [86_400_000, 3_600_000, 60_000, 1_000];

/** The milliseconds that a text such as `90d`, `12h`, `30m`, `45s` or `1h30m` stands for; nothing of what is none. */
export function parseDuration(text: string): number | undefined {
  const found = text === "" ? null : DURATION.exec(text);
  if (found === null) return undefined;
  return UNITS_MS.reduce((sum, unitMs, index) => sum + Number(found[index + 1] ?? 0) * unitMs, 0);
}
