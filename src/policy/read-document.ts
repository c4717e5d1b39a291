import { problemsOf } from "../text/check.ts";
import { readDocument, type TextDocument } from "../text/document.ts";
import { type Problem } from "../text/problem.ts";
import { PolicyDocument } from "./policy-document.ts";

/** What came of reading a policy's document. */
export interface DocumentReading {
  readonly policyDocument?: PolicyDocument;
  /** The text that it was read from. */
  readonly text?: TextDocument;
  readonly problems: readonly Problem[];
}

/** Reads the text of `policy.yaml`. */
export function readPolicyYaml(text: string): DocumentReading {
  const { document, problems } = readDocument(text);
  return document === undefined ? { problems } : checkDocument(document);
}

/** Checks a document that was parsed already. */
export function checkDocument(document: TextDocument): DocumentReading {
  const read = PolicyDocument.safeParse(document.value);
  return read.success
    ? { policyDocument: read.data, text: document, problems: [] }
    : { problems: problemsOf(read.error, document) };
}
