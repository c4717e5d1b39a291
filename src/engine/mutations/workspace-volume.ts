import { flag } from "../../text/schema.ts";
import { defineWish } from "../mutation.ts";

/** Whether the step wants its workflow's workspace mounted. Podpecker mounts none yet: `false` is what happens anyway. */
export const workspaceVolume = defineWish<boolean>({
  about: "Whether the workspace of the workflow is mounted. Podpecker mounts none of its own yet.",
  option: flag,
  judge: (turn) => {
    turn.find("no-workspace", ["workspaceVolume"], {
      message: "changes nothing: Podpecker leaves the workspace to the Pod's creator",
    });
  },
});
