import { type z } from "zod";

import { isDnsSubdomain } from "../kubernetes/names.ts";
import { parseDuration } from "../text/duration.ts";
import { across, asText, leaf, oneOf, strict, text } from "../text/schema.ts";
import { amount } from "./resource-schema.ts";
import { isMountPath } from "./volume-schema.ts";

const TYPES = ["claim", "emptyDir", "ephemeral", "none"] as const;
type WorkspaceType = (typeof TYPES)[number];

/** The volume that the steps of a workflow share, as a policy says it. */
export interface Workspace {
  readonly type?: WorkspaceType | undefined;
  readonly size?: string | undefined;
  readonly storageClass?: string | undefined;
  readonly accessMode?: "ReadWriteMany" | "ReadWriteOnce" | undefined;
  readonly ttlAfterFinished?: string | undefined;
  readonly sizeLimit?: string | undefined;
  readonly medium?: "Memory" | undefined;
  readonly path?: string | undefined;
  readonly workingDir?: "mount" | undefined;
}

/** What a mount path is. */
/** What a mount path is, in words. */
export const MOUNT_PATH = "an absolute path without `:`, `..`, `.` and `//`";

const bytes = leaf<string>({
  types: ["string", "number"],
  wanted: "a size: a quantity above zero, such as 10G or 512Mi",
  meta: { examples: ["10G", "512Mi"] },
  read: (value) => {
    const read = amount.safeParse(value);
    return read.success && read.data !== "0" ? read.data : undefined;
  },
});

const MOST_TTL = "30d";

const ttl = leaf<string>({
  types: ["string"],
  wanted: `a duration of at most ${MOST_TTL}, such as 45s, 10m or 1h30m`,
  meta: { examples: ["10m", "1h30m"] },
  read: (value) => {
    const words = asText(value);
    const ms = words === undefined ? undefined : parseDuration(words);
    return ms !== undefined && ms <= (parseDuration(MOST_TTL) ?? 0) ? words : undefined;
  },
});

/** What only some types have. A layer may say those of the usual type without the type. */
const OF_TYPES: Readonly<Partial<Record<keyof Workspace, readonly WorkspaceType[]>>> = {
  size: ["claim", "ephemeral"],
  storageClass: ["claim", "ephemeral"],
  accessMode: ["claim", "ephemeral"],
  ttlAfterFinished: ["claim"],
  sizeLimit: ["emptyDir"],
  medium: ["emptyDir"],
  path: ["claim", "emptyDir", "ephemeral"],
  workingDir: ["claim", "emptyDir", "ephemeral"],
};

/** The section `workspace` of a policy. */
export const workspaceSchema: z.ZodType<Workspace> = across(
  strict({
    type: oneOf(TYPES)
      .optional()
      .describe(
        "`claim`: one claim for all steps of a workflow, which lives as long as the workflow. `emptyDir`, `ephemeral`: each Pod has its own, where steps share nothing or run in one Pod. `none`: no workspace here, whatever a policy below says. Default claim.",
      ),
    size: bytes.optional().describe("What the claim requests. Default 10G."),
    storageClass: text({
      test: (name) => name === "" || isDnsSubdomain(name),
      wanted: "the name of a StorageClass, or empty",
    })
      .optional()
      .describe("Empty, as by default: the cluster's default class."),
    accessMode: oneOf(["ReadWriteMany", "ReadWriteOnce"])
      .optional()
      .describe(
        "How nodes may mount the claim. With ReadWriteOnce the Pods of a workflow are kept on one node. Default ReadWriteMany; of `ephemeral` ReadWriteOnce.",
      ),
    ttlAfterFinished: ttl
      .optional()
      .describe("How long a claim stays when all Pods of its workflow have finished or gone. Default 10m."),
    sizeLimit: bytes.optional().describe("Above this the kubelet evicts the Pod. Default none."),
    medium: oneOf(["Memory"])
      .optional()
      .describe(
        "Where an emptyDir is kept. Memory counts against the containers' limits. Default the node's disk.",
      ),
    path: text({ test: isMountPath, wanted: MOUNT_PATH })
      .optional()
      .describe("Where it is mounted in the step container. Default /woodpecker."),
    workingDir: oneOf(["mount"])
      .optional()
      .describe(
        "`mount`: a working directory inside the workspace gives way to the place where that is mounted, for container runtimes that start nothing in a directory that is not there (CRI-O); the step's script must go to its directory itself. Left out: it stays.",
      ),
  }),
  (workspace, complain) => {
    const type = "type" in workspace ? workspace.type : "claim";
    // What is no type has been told already.
    if (type === undefined || !TYPES.includes(type)) return;
    for (const key of keysOf(workspace)) {
      const message = objectionTo(key, type);
      if (message !== undefined) complain([key], message);
    }
  },
);

const keysOf = (workspace: Workspace): (keyof Workspace)[] =>
  // What the schema does not know it has told already, and the table does not have.
  Object.keys(workspace) as (keyof Workspace)[];

function objectionTo(key: keyof Workspace, type: WorkspaceType): string | undefined {
  const types = OF_TYPES[key];
  if (types === undefined || types.includes(type)) return undefined;
  return `does not go with a workspace of type ${type}; it is for ${types.map((one) => `\`type: ${one}\``).join(" and ")}`;
}
