import { describe, expect, it } from "vitest";

import { readPolicyYaml } from "#src/policy/read-document.ts";

const problemsOf = (workspace: string): string[] =>
  readPolicyYaml(`version: v1\nworkspace: ${workspace}\n`).problems.map(
    ({ path, message }) => `${path.join(".")} ${message}`,
  );

describe("a workspace", () => {
  it.each([
    "{}",
    '{size: 10G, storageClass: "", accessMode: ReadWriteOnce, ttlAfterFinished: 0s, path: /w/, workingDir: mount}',
    "{type: claim, size: 1, ttlAfterFinished: 30d, storageClass: fast.example.com}",
    "{type: emptyDir, sizeLimit: 2Gi, medium: Memory, path: /w}",
    "{type: ephemeral, size: 1Ti, storageClass: fast, accessMode: ReadWriteMany}",
    "{type: none}",
  ])("is %s", (workspace) => {
    expect(problemsOf(workspace)).toEqual([]);
  });

  it.each([
    ["{size: 0}", "workspace.size is not a size"],
    ["{size: -1G}", "workspace.size is not a size"],
    ["{size: 10 GB}", "workspace.size is not a size"],
    ["{storageClass: Fast}", "workspace.storageClass is not the name of a StorageClass"],
    ["{accessMode: ReadOnlyMany}", "workspace.accessMode is not one of"],
    ["{ttlAfterFinished: 10}", "workspace.ttlAfterFinished is not a duration"],
    ["{ttlAfterFinished: 31d}", "workspace.ttlAfterFinished is not a duration of at most 30d"],
    ["{path: woodpecker}", "workspace.path is not an absolute path"],
    ["{path: /a/../b}", "workspace.path is not an absolute path"],
    ["{path: '/a:b'}", "workspace.path is not an absolute path"],
    ["{workingDir: /woodpecker}", "workspace.workingDir is not one of mount"],
    ["{sizeLimit: 1Gi}", "workspace.sizeLimit does not go with a workspace of type claim"],
    ["{type: ephemeral, medium: Memory}", "workspace.medium does not go with a workspace of type ephemeral"],
    ["{type: emptyDir, size: 1Gi}", "workspace.size does not go with a workspace of type emptyDir"],
    ["{type: ephemeral, ttlAfterFinished: 1m}", "workspace.ttlAfterFinished does not go with"],
    ["{type: none, path: /w}", "workspace.path does not go with a workspace of type none"],
    ["{type: nfs, medium: Memory}", "workspace.type is not one of"],
  ])("is not %s", (workspace, problem) => {
    expect(problemsOf(workspace)).toEqual([expect.stringContaining(problem)]);
  });
});
