import { decide } from "#src/admission/decide.ts";
import { BACKEND_OPTIONS } from "#src/engine/annotations.ts";
import { severityOf } from "#src/engine/finding.ts";
import { createPolicySet } from "#src/policy/policy-set.ts";

const silent = createPolicySet([{ name: "silent", document: { version: "v1" } }]);

/** Whether a step gets what the example asks for where no policy says a word about it; found out by asking the engine. */
export function isOpenByDefault(option: string, example: string): boolean {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "wp-example", annotations: { [BACKEND_OPTIONS]: example } },
    spec: { containers: [{ name: "wp-example", image: "alpine:3" }] },
  } as const;
  const { findings } = decide(structuredClone(pod) as never, { namespace: "woodpecker", now: 0 }, silent);
  const malformed = findings.find((finding) => severityOf(finding) === "malformed");
  if (malformed !== undefined) throw new Error(`the example of ${option} is malformed: ${malformed.message}`);
  return !findings.some((finding) => severityOf(finding) === "refused" && finding.path[0] === option);
}
