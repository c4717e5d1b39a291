import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { temporaryDirectory } from "#test/adapters/temporary-directory.ts";

/** A policy that gives every Pod a label and lets steps ask for the common things. */
export const policy = `version: v1
description: the platform team
labels:
  set: { ci: woodpecker }
runtimeClassName: { fromStep: [gvisor] }
`;

/** The same policy, strict. */
export const strictPolicy = `${policy}onRefusal: deny\n`;

export const pod = (
  name: string,
  options = "resources: { limits: { memory: 1Gi } }",
): string => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  annotations:
    podpecker.dev/backend-options: |
      ${options}
spec:
  containers:
    - name: ${name}
      image: busybox
`;

/** A directory of the test's own with these files in it. */
export async function directoryWith(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await temporaryDirectory();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}
