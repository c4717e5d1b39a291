import { describe, expect, it } from "vitest";

import { apiServer } from "#src/cli/doctor/checks/api-server.ts";
import { brief } from "../brief.ts";
import { healthyView, read } from "../healthy-view.ts";

const ANSWERS = "API server: https://10.0.0.1:6443 answers, version";

describe("the check of the API server", () => {
  it.each([
    { version: read("v1.30.0"), says: `ok ${ANSWERS} v1.30.0` },
    { version: read("v1.34.1-eks-036c24b"), says: `ok ${ANSWERS} v1.34.1-eks-036c24b` },
    {
      version: read("v1.29.15+k3s1"),
      says: `warning ${ANSWERS} v1.29.15+k3s1; Podpecker is tested with 1.30 and later`,
    },
    { version: read("v2.0.0"), says: `ok ${ANSWERS} v2.0.0` },
    { version: read("unknown"), says: `ok ${ANSWERS} unknown` },
    {
      version: { state: "absent" } as const,
      says: "failed API server: https://10.0.0.1:6443 does not tell its version: is it an API server?",
    },
  ])("says $says", ({ version, says }) => {
    expect(brief(apiServer(healthyView({ version })))).toEqual([says]);
  });
});
