import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { reference } from "./generator/reference.ts";
import { sectionFiles } from "./generator/section-files.ts";

write("reference", reference());
write("../manifests/examples/sections", sectionFiles());

function write(to: string, files: Readonly<Record<string, string>>): void {
  const folder = join(import.meta.dirname, to);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
