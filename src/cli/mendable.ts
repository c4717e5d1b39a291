import { ClusterError } from "../adapters/cluster/cluster-error.ts";
import { FileError } from "../adapters/files/file-error.ts";
import { ListenError } from "../adapters/http/listen.ts";
import { CertificateError } from "../adapters/tls/certificate-error.ts";
import { describePolicyProblem, PolicyError } from "../policy/policy.ts";
import { InputError } from "./input-error.ts";

/** The sentences of an error that the person at the keyboard can mend; nothing for a defect of ours. */
export function mendable(error: unknown): readonly string[] | undefined {
  if (error instanceof PolicyError) return error.problems.map(describePolicyProblem);
  if (error instanceof FileError || error instanceof InputError) return error.problems;
  if (error instanceof CertificateError || error instanceof ListenError || error instanceof ClusterError)
    return [error.message];
  return undefined;
}
