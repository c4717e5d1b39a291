import { z } from "zod";

import { isMap } from "../text/is-map.ts";
import { Numeric } from "../text/numeric.ts";
import { either, leaf, listOf, oneOf, strict, text } from "../text/schema.ts";

const YES = ["true", "yes", "on"];
const NO = ["false", "no", "off"];

/** What Woodpecker's server takes for a boolean: the words of YAML 1.1 as well. */
export const truth: z.ZodType<boolean> = leaf({
  types: ["boolean"],
  wanted: "true or false",
  meta: {},
  read: (value) => {
    const word = typeof value === "boolean" ? String(value) : value;
    if (typeof word !== "string") return undefined;
    if (YES.includes(word.toLowerCase())) return true;
    return NO.includes(word.toLowerCase()) ? false : undefined;
  },
});

/** One text, or several. */
const texts: z.ZodType<string[]> = either("text or a list of texts", [
  listOf(text()),
  text().transform((one) => [one]),
]);

/** A map whose members are read elsewhere, numbers with their digits. */
const anyMap = z.custom<Readonly<Record<string, unknown>>>(
  (value) => isMap(value) && !(value instanceof Numeric),
  { error: "is not a map" },
);

const port = text({
  test: (written) =>
    /^[1-9]\d{0,4}(\/(tcp|udp|sctp))?$/i.test(written) && Number.parseInt(written, 10) <= 65_535,
  wanted: "a port such as 8080 or 8080/udp",
});

const host = text({
  test: (written) => /^[^:]+:./.test(written),
  wanted: "of the form name:address, such as registry:10.1.2.3",
});

const anything = z.unknown().optional();

/** What a step, a service or a step of cloning may say. */
export const StepEntry = strict({
  name: text().optional(),
  image: text({ test: (image) => image !== "", wanted: "the name of an image" }),
  pull: truth.optional(),
  commands: texts.optional(),
  entrypoint: texts.optional(),
  directory: text().optional(),
  settings: anyMap.optional(),
  environment: either("a map from names to values, or a list of NAME=value", [
    anyMap,
    listOf(text()),
  ]).optional(),
  secrets: anything,
  depends_on: anything,
  when: anything,
  failure: oneOf(["fail", "ignore", "cancel"]).optional(),
  detach: truth.optional(),
  volumes: listOf(text()).optional(),
  ports: listOf(port).optional(),
  dns: texts.optional(),
  dns_search: texts.optional(),
  extra_hosts: listOf(host).optional(),
  backend_options: anyMap.optional(),
  privileged: truth.optional(),
  devices: anything,
  tmpfs: anything,
  network_mode: anything,
});
export type StepEntry = z.output<typeof StepEntry>;

/** Without a script or an environment of its own a step is a plugin: its image says what it does. */
export function isPlugin({ commands = [], entrypoint = [], environment = [] }: StepEntry): boolean {
  return commands.length === 0 && entrypoint.length === 0 && Object.keys(environment).length === 0;
}
