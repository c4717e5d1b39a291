import jsonPatch from "fast-json-patch";
import { z } from "zod";

import { type Change } from "../../engine/draft.ts";
import { type Finding, type Severity } from "../../engine/finding.ts";
import { type Path } from "../../text/path.ts";
import { parseJson } from "../../text/parse-json.ts";
import { formatPointer } from "../../kubernetes/json-pointer.ts";

type Operation = jsonPatch.Operation;

/** The answer to a review as far as its outputs read it. */
const Response = z.looseObject({
  uid: z.string(),
  allowed: z.boolean(),
  patch: z.string().optional(),
  status: z.looseObject({ code: z.number(), message: z.string() }).optional(),
  warnings: z.array(z.string()).optional(),
  auditAnnotations: z.record(z.string(), z.string()).optional(),
});
export type Response = z.infer<typeof Response>;

const Patch = z.array(
  z.looseObject({
    op: z.enum(["add", "remove", "replace", "move", "copy", "test"]),
    path: z.string(),
    from: z.string().optional(),
  }),
);

const ReviewAnswer = z.looseObject({ response: Response });

/** What was told about a Pod: a finding, or what a webhook passed on of one. */
export interface Told extends Partial<Omit<Finding, "code">> {
  readonly code: string;
  readonly severity: Severity;
  /** The whole finding as a sentence. */
  readonly text: string;
}

/** How the answer came about. */
export interface Account {
  /** `unreviewed`: not the creation of a Pod. */
  readonly outcome: "untouched" | "decided" | "malformed" | "refused" | "unreviewed";
  readonly policies: readonly string[];
  readonly digest: string;
  readonly changes: readonly Change[];
  readonly findings: readonly Told[];
  /** What would be if the policies in audit mode were enforced, where any of them has a say. */
  readonly audited?: AuditedAccount;
}

/** A decision that was not carried out. */
export interface AuditedAccount extends Omit<Account, "audited"> {
  /** The Pod as it would run, where that is known: a webhook does not tell it. */
  readonly pod?: unknown;
}

/** What became of one Pod. */
export interface Verdict {
  /** The answer, byte for byte. */
  readonly body: string;
  readonly response: Response;
  readonly patch: readonly Operation[];
  readonly account: Account;
}

/** Lets something decide about a Pod: this process, or a webhook. */
export type Reviewer = (body: string) => Promise<Verdict>;

/** Reads an answer; nothing where it is none. */
export function readAnswer(body: string): Pick<Verdict, "response" | "patch"> | undefined {
  const read = ReviewAnswer.safeParse(parseJson(body));
  if (!read.success) return undefined;
  const { response } = read.data;
  if (response.patch === undefined) return { response, patch: [] };
  const patch = Patch.safeParse(parseJson(Buffer.from(response.patch, "base64").toString("utf8")));
  // The schema knows the operations, but not what each has beside its path.
  return patch.success ? { response, patch: patch.data as unknown as Operation[] } : undefined;
}

/** The object after a patch that was made for a part of it. */
export function patched(object: unknown, patch: readonly Operation[]): unknown {
  return jsonPatch.applyPatch(object, [...patch], false, false).newDocument;
}

/** The patch of a Pod as one of the object that it stands in. */
export function lifted(patch: readonly Operation[], path: Path): Operation[] {
  const base = formatPointer(path);
  return patch.map((operation) =>
    "from" in operation
      ? { ...operation, path: base + operation.path, from: base + operation.from }
      : { ...operation, path: base + operation.path },
  );
}
