import { text } from "../../text/schema.ts";
import { defineWish } from "../mutation.ts";

/** A named class of resources. No policy can define classes yet, so that every asking is refused. */
export const resourceClass = defineWish<string>({
  about:
    "A class of resources that a policy names. No policy can name any yet: the asking is refused, and told.",
  option: text(),
  judge: (turn) => {
    turn.find("no-resource-class", ["resourceClass"], {
      message: "is not a resource class: the policy names none",
    });
  },
});
