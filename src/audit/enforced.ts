import { type Decision } from "../admission/decision.ts";

/** The decision as it would be if the policies in audit mode were enforced. */
export const enforced = (decision: Decision): Decision => decision.audited ?? decision;
