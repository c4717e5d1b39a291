import { explain } from "../../review/outputs/explain.ts";
import { pod } from "../../review/outputs/pod.ts";
import { toYaml } from "../../review/to-yaml.ts";
import { type Previewed } from "../previewed.ts";
import { json } from "./json.ts";
import { text } from "./text.ts";

/** What is printed of a preview, by the name that `--output` has for it. */
export const outputs = {
  text,
  explain: ({ steps }) => explain(steps.map(({ reviewed }) => reviewed)),
  pods: ({ steps }) => pod(steps.map(({ reviewed }) => reviewed)),
  "bare-pods": ({ steps }) => steps.map(({ reviewed }) => toYaml(reviewed.manifest.value)).join("---\n"),
  json,
} as const satisfies Readonly<Record<string, (previewed: Previewed) => string>>;

export type OutputName = keyof typeof outputs;
