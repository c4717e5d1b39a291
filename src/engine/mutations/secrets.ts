import { type z } from "zod";

import { isDnsSubdomain, isEnvName, isSecretKey } from "../../kubernetes/names.ts";
import { across, listIn, listOf, strict, text } from "../../text/schema.ts";
import { type Path } from "../../text/path.ts";
import { grantsName, namesGate, notGranted } from "../gates.ts";
import { type Joining, ruledItems } from "../join.ts";
import { defineMutation } from "../mutation.ts";
import { deliverSecret } from "../secret-delivery.ts";
import { placeOfSecret, type SecretRequest } from "../secret-request.ts";
import { placesOfPolicy } from "../policy-places.ts";
import { section } from "../section.ts";
import { type Turn } from "../turn.ts";

const key = text({
  test: isSecretKey,
  wanted: "a key of a Secret: letters, digits, `-`, `_`, `.`",
});
const file = text({
  test: (path) => path !== "" && !path.includes(":") && !path.split("/").includes(".."),
  wanted: "a path without `:` and `..`",
});

const secret: z.ZodType<SecretRequest> = across(
  strict({
    name: text({ test: isDnsSubdomain, wanted: "the name of a Secret" }),
    key: key.optional(),
    target: strict({
      env: text({ test: isEnvName, wanted: "the name of an environment variable" }).optional(),
      file: file.optional(),
    }).optional(),
  }),
  ({ key, target }, complain) => {
    if (target?.env !== undefined && target.file === undefined && key === undefined)
      complain([], "is not a secret for an environment variable: `key` says which of its values");
  },
);

/** No two for one variable, none at another one's place. */
const asked: z.ZodType<SecretRequest[]> = across(listOf(secret), (requests, complain) => {
  // What is no request by itself has been told already.
  const places = listIn(requests).map((request) => {
    const read = secret.safeParse(request);
    return read.success ? placeOfSecret(read.data) : undefined;
  });
  for (const [index, place] of places.entries())
    if (place !== undefined && places.indexOf(place) < index)
      complain([index], "goes where another one of this list goes already");
});

/** Native secrets: all keys or one as environment variables, or a file. Closed to steps unless a policy opens names. */
export const secrets = defineMutation({
  about:
    "Values of Secrets: all keys as variables (`name`), one key as a variable (`key`, `target.env`), or as a file (`target.file`).",
  option: asked,
  section: section(listOf(secret), namesGate),
  judge: (asked, gate = false) => {
    const items = asked.map((value, index) => ({ value, path: ["secrets", index] }));
    return {
      granted: items.filter(({ value }) => grantsName(gate, value.name)),
      refusals: items
        .filter(({ value }) => !grantsName(gate, value.name))
        .map(({ path }) => notGranted([...path.slice(1), "name"], gate)),
    };
  },
  apply: (turn, { set = [], granted = [], default: fallback = [] }) => {
    const asked = new Set(granted.map(({ value }) => placeOfSecret(value)));
    for (const { value, cause } of ruledItems(turn, "default", fallback))
      if (!asked.has(placeOfSecret(value) ?? "")) deliverSecret(turn, value, { by: "default", cause });
    tellShared(turn, granted);
    for (const { value, path } of granted)
      deliverSecret(turn, value, {
        by: "step",
        path,
        cause: turn.because({ path, rule: turn.rule("fromStep") }),
      });
    for (const { value, cause } of onePerPlace(turn, ruledItems(turn, "set", set)))
      deliverSecret(turn, value, { by: "set", cause });
  },
});

/** Of what a policy sets for one place one thing holds: `env` and `volumes` before secrets, of two secrets the later. */
function onePerPlace(turn: Turn, items: readonly Joining<SecretRequest>[]): Joining<SecretRequest>[] {
  const taken = placesOfPolicy(turn.scene.policy);
  return items.filter(({ value, cause }, index) => {
    const place = placeOfSecret(value);
    const isTaken =
      place !== undefined &&
      (taken.has(place) || items.slice(index + 1).some((later) => placeOfSecret(later.value) === place));
    const message = "does not hold: the policy has something else for the same place";
    if (isTaken) turn.findOfPolicy("variable-set-twice", ["secrets"], { message, rule: cause.rule });
    return !isTaken;
  });
}

/** Woodpecker's backend makes a volume for each file, and the API server refuses the second of a name. */
function tellShared(turn: Turn, granted: readonly { value: SecretRequest; path: Path }[]): void {
  const files = granted.filter(({ value }) => value.target?.file !== undefined);
  for (const [index, { value, path }] of files.entries())
    if (files.slice(0, index).some((earlier) => earlier.value.name === value.name))
      turn.find("volume-shared", path, {
        message: "is mounted from the volume that the Secret has in the Pod already",
      });
}
