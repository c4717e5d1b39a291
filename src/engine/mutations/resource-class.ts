import { nearest } from "../../text/nearest.ts";
import { quote } from "../../text/quote.ts";
import { text } from "../../text/schema.ts";
import { classesOf, classInUse } from "../class-in-use.ts";
import { defineWish } from "../mutation.ts";

/** A named class of resources. Who may use it is who its policy is for; its parts are written where such parts are: with the resources, the node selector, the tolerations. */
export const resourceClass = defineWish<string>({
  about:
    "A class that the policy names under `resources.classes`: resources, and the nodes that have them. Whoever the policy is for may ask for it, whatever the gates of `resources`, `nodeSelector` and `tolerations` say. What the step asks for beside it goes before it.",
  option: text(),
  judge: (turn, asked) => {
    if (classInUse(turn.scene) !== undefined) return;
    const { policy } = turn.scene;
    const known = Object.keys(classesOf(policy));
    if (known.length === 0) {
      turn.find("no-resource-class", [turn.id], {
        message: "is not a resource class: the policy names none",
      });
      return;
    }
    const near = nearest(asked, known);
    const hint = near === undefined ? "" : `; did you mean ${quote(near)}?`;
    const message = `is not a resource class here; known are ${known.join(", ")}${hint}`;
    turn.find("no-resource-class", [turn.id], { message, rule: policy.ruleAt(["resources", "classes"]) });
  },
});
