import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { reference } from "./generator/reference.ts";

const folder = join(import.meta.dirname, "reference");
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(reference())) writeFileSync(join(folder, name), text);
