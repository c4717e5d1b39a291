import { type z } from "zod";

import {
  type AdmissionRequest,
  type AdmissionResponse,
  AdmissionReview,
} from "../kubernetes/admission-review.ts";
import { formatPath } from "../text/path.ts";

/** What a body holds: the request of an AdmissionReview v1, or why it is none. Never throws. */
export function openEnvelope(
  body: string,
): { readonly request: AdmissionRequest } | { readonly problem: string } {
  const json = parseJson(body);
  if ("problem" in json) return { problem: `the body is not JSON: ${json.problem}` };
  const review = AdmissionReview.safeParse(json.value);
  return review.success
    ? { request: review.data.request }
    : { problem: `the body is not an AdmissionReview of admission.k8s.io/v1: ${explain(review.error)}` };
}

/** The answer to a review, as it goes out. */
export const reply = (response: AdmissionResponse): { readonly status: 200; readonly body: string } => ({
  status: 200,
  body: JSON.stringify({ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response }),
});

/** The answer to a body that is no review. */
export const notAReview = (problem: string): { readonly status: 400; readonly body: string } => ({
  status: 400,
  body: JSON.stringify({ error: problem }),
});

function parseJson(body: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(body) as unknown };
  } catch (error) {
    // Too many brackets in a row end the stack before they end the text.
    if (error instanceof SyntaxError || error instanceof RangeError)
      return { problem: error.message.slice(0, 120) };
    throw error;
  }
}

function explain(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map(
      ({ path, message }) =>
        `${formatPath(path.map((step) => (typeof step === "number" ? step : String(step))))}: ${message}`,
    )
    .join("; ");
}
