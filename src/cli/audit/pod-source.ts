import { type LimitRangesOf } from "./limit-ranges-of.ts";
import { type AdmissionRequest } from "../../kubernetes/admission-review.ts";

/** The creation of a Pod, or what somebody took for one, and what people call it. */
export interface Requested {
  /** `namespace/name`. */
  readonly name: string;
  readonly request: AdmissionRequest;
}

/** Where Pods come from. */
export interface PodSource {
  /** Read once, one after the other. */
  readonly requests: AsyncIterable<Requested>;
  /** How much of it was read, from 0 to 1, where that is known. */
  readonly fraction: () => number | undefined;
  readonly limitRangesOf: LimitRangesOf;
  /** The namespaces whose Pods the webhook is called for, where that is known. */
  readonly chosen?: ReadonlySet<string>;
}
