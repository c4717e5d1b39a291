import { isIP } from "../../kubernetes/ip.ts";
import { isDnsSubdomain } from "../../kubernetes/names.ts";
import { listOf, strict, text } from "../../text/schema.ts";
import { join, joinFirst, ruledItems } from "../join.ts";
import { definePolicyMutation } from "../mutation.ts";
import { policySection } from "../section.ts";

const FIELD = ["spec", "hostAliases"];

const alias = strict({
  ip: text({ test: isIP, wanted: "an IP address" }),
  // The API server leaves an empty list out, so that nobody would know the line again.
  hostnames: listOf(text({ test: isDnsSubdomain, wanted: "a host name" })).min(1, {
    error: "is not a list with at least one host name",
  }),
});

/** `spec.hostAliases`. What is set comes first: of two lines of a hosts file the first one holds. */
export const hostAliases = definePolicyMutation({
  about: "Lines of the Pod's hosts file, before (`set`) or after (`default`) those that the Pod brings.",
  section: policySection(listOf(alias)),
  apply: (turn, wanted) => {
    joinFirst(turn, FIELD, ruledItems(turn, "set", wanted.set));
    join(turn, FIELD, ruledItems(turn, "default", wanted.default));
  },
});
