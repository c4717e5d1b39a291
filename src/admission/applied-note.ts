import { z } from "zod";

const AppliedNote = z.object({
  policies: z.array(z.string()).default([]),
  digest: z.string().default(""),
  changes: z.array(z.object({ pointer: z.string(), rule: z.string(), value: z.unknown().optional() })),
  findings: z.array(z.string()).default([]),
});

/** What the annotation `podpecker.dev/applied` says: by which policies what was written, and what was told. */
export type AppliedNote = z.infer<typeof AppliedNote>;
export type AppliedEntry = AppliedNote["changes"][number];

/** Reads the annotation; nothing where it is not of Podpecker's making. */
export function readAppliedNote(text: string): AppliedNote | undefined {
  try {
    return AppliedNote.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
