import { z } from "zod";

import { isWithinDepth } from "../text/depth.ts";
import { parseJson } from "../text/parse-json.ts";

// Podpecker writes no value that is nearly as deep; a forger's must not end the stack of who compares or prints it.
const MAX_DEPTH = 64;

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
  const value = parseJson(text);
  return isWithinDepth(value, MAX_DEPTH) ? AppliedNote.safeParse(value).data : undefined;
}
