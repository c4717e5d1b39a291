import { readAppliedNote } from "../../admission/applied-note.ts";
import { APPLIED } from "../../engine/annotations.ts";
import { type Change } from "../../engine/draft.ts";
import { FINDINGS } from "../../engine/finding.ts";
import { deepEqual } from "../../kubernetes/equality.ts";
import { parsePointer } from "../../kubernetes/json-pointer.ts";
import { valueAt } from "../../text/value-at.ts";
import { type Account, patched, type Told, type Verdict } from "./verdict.ts";

/** How an answer came about, as far as it says so itself: what was asked is known to the webhook only. */
export function toldAccount({ response, patch }: Pick<Verdict, "response" | "patch">, pod: unknown): Account {
  const { policies = "", digest = "", findings } = response.auditAnnotations ?? {};
  return {
    outcome: outcomeOf(response, digest),
    policies: policies.split(",").filter((name) => name !== ""),
    digest,
    changes: changesOf(pod, patched(pod, patch)),
    findings: lines(findings).map(readFinding),
  };
}

function outcomeOf({ allowed, status }: Verdict["response"], digest: string): Account["outcome"] {
  if (allowed) return digest === "" ? "untouched" : "decided";
  return status?.code === 422 ? "malformed" : "refused";
}

/** What the annotation on the Pod says was written, but for what stood there before. */
function changesOf(before: unknown, after: unknown): Change[] {
  const text = valueAt(after, ["metadata", "annotations", APPLIED]);
  if (typeof text !== "string" || text === valueAt(before, ["metadata", "annotations", APPLIED])) return [];
  const noted = readAppliedNote(text)?.changes ?? [];
  return noted.flatMap(({ pointer, rule, value }) => {
    const path = parsePointer(pointer);
    const stood = valueAt(before, path);
    const stands = value ?? valueAt(after, path);
    if (deepEqual(stood, stands)) return [];
    const change: Change = { pointer, rule };
    return [
      {
        ...change,
        ...(stood === undefined ? {} : { before: stood }),
        ...(stands === undefined ? {} : { after: stands }),
      },
    ];
  });
}

/** `code: sentence`, as audit annotations have them. */
function readFinding(line: string): Told {
  const [code = "", ...rest] = line.split(": ");
  return { code, severity: severityOf(code), text: rest.join(": ") };
}

/** A webhook of another version may know more findings than this program. */
function severityOf(code: string): Told["severity"] {
  const known: Readonly<Record<string, readonly [Told["severity"], string] | undefined>> = FINDINGS;
  return (Object.hasOwn(known, code) ? known[code]?.[0] : undefined) ?? "note";
}

const lines = (text = ""): string[] => text.split("\n").filter((line) => line !== "");
