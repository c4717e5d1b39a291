import { z } from "zod";

/** What `--output json` prints. */
export const ExplainReport = z.strictObject({
  pods: z.array(
    z.strictObject({
      input: z.string().describe("The file, and which of its documents."),
      subject: z.string().describe('What is explained: `Pod "build"`.'),
      namespace: z.string(),
      isUnreadable: z
        .literal(true)
        .optional()
        .describe("There is a note on the Pod, and it is not of Podpecker's making."),
      note: z
        .strictObject({
          policies: z.array(z.string()).describe("The policies that decided, in ascending priority."),
          digest: z.string().describe("Tells one effective policy from another."),
          fields: z.array(
            z.strictObject({
              path: z.string(),
              given: z.unknown().optional().describe("Absent where something was taken away."),
              rule: z.string().describe("The policy and the place in it."),
              now: z.unknown().optional().describe("What stands there now, where it is something else."),
            }),
          ),
          findings: z.array(z.string()).describe("What there was to be told, the gravest first."),
        })
        .optional()
        .describe("Absent where Podpecker noted nothing on the Pod, or nothing that can be read."),
    }),
  ),
});
