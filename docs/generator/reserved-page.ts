import { OWN_ANNOTATIONS } from "#src/engine/annotations.ts";
import { WORKSPACE_CLAIMS } from "#src/engine/mutations/volumes.ts";
import { RESERVED_DOMAINS, RESERVED_LABELS } from "#src/engine/reserved-keys.ts";
import { code, page, table } from "./markdown.ts";

/** What a step can never set, or only where an admin names it literally. */
export function reservedPage(): string {
  return page("Reserved keys", [
    "## Labels and annotations of the platform",
    "A step may set one of these only where a policy's `fromStep.keys` names that very key, without a star. `true` and patterns do not open them.",
    table(
      ["domain, with its subdomains", "except"],
      RESERVED_DOMAINS.map(({ domain, except }) => [
        code(`${domain}/*`),
        except.map((one) => code(`${one}/*`)).join(", "),
      ]),
    ),
    `Labels without a domain that Woodpecker writes itself: ${RESERVED_LABELS.map(code).join(", ")}.`,
    "## Never a step's, even where a policy names them",
    `The annotations that Podpecker reads or writes: ${OWN_ANNOTATIONS.map(code).join(", ")}. A policy cannot set them, either.`,
    "Every label key that any loaded policy matches on: the labels behind `match.repos`, `repoIds`, `events` and `branches`, and the keys of `match.podLabels`. Otherwise a step would choose its own law. A policy cannot set them, either: a second decision would follow other rules than the first.",
    `Claims that hold workspaces: ${WORKSPACE_CLAIMS.map(code).join(", ")}.`,
  ]);
}
