import { z } from "zod";

import { readAppliedNote } from "../../admission/applied-note.ts";
import { APPLIED } from "../../engine/annotations.ts";
import { type Change } from "../../engine/draft.ts";
import { FINDINGS } from "../../engine/finding.ts";
import { deepEqual } from "../../kubernetes/equality.ts";
import { parsePointer } from "../../kubernetes/json-pointer.ts";
import { valueAt } from "../../text/value-at.ts";
import { type Account, type AuditedAccount, patched, type Told, type Verdict } from "./verdict.ts";

/** How an answer came about, as far as it says so itself: what was asked is known to the webhook only. */
export function toldAccount({ response, patch }: Pick<Verdict, "response" | "patch">, pod: unknown): Account {
  const noted = response.auditAnnotations ?? {};
  const { policies = "", digest = "", findings } = noted;
  const audited = toldAudit(noted);
  return {
    outcome: outcomeOf(response, digest),
    policies: namesIn(policies),
    digest,
    changes: changesOf(pod, patched(pod, patch)),
    findings: lines(findings).map(readFinding),
    ...(audited === undefined ? {} : { audited }),
  };
}

const Outcome = z.enum(["untouched", "decided", "malformed", "refused"]);

/** What would be if policies in audit mode were enforced: which fields would be written by which rules, not with what. */
function toldAudit(noted: Readonly<Record<string, string>>): AuditedAccount | undefined {
  const outcome = Outcome.safeParse(noted["audited-outcome"]);
  if (!outcome.success) return undefined;
  return {
    outcome: outcome.data,
    policies: namesIn(noted["audited-policies"]),
    digest: noted["audited-digest"] ?? "",
    changes: lines(noted["audited-changes"]).flatMap(readChange),
    findings: lines(noted["audited-findings"]).map(readFinding),
  };
}

/** `pointer rule`, as audit annotations have them; what was cut off in the middle is left out. */
function readChange(line: string): Change[] {
  const [, pointer, rule] = /^(\/\S*) (.+#\/.*)$/.exec(line) ?? [];
  return pointer === undefined || rule === undefined || line.endsWith(" in all)") ? [] : [{ pointer, rule }];
}

const namesIn = (names = ""): string[] => names.split(",").filter((name) => name !== "");

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
