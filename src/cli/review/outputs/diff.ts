import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";

import { APPLIED } from "../../../engine/annotations.ts";
import { isColoured, lineWidth, paint, tell } from "../../terminal.ts";
import { afterOf, isAllowed, type ReviewedManifest } from "../reviewed.ts";
import { toYaml } from "../to-yaml.ts";

/** What becomes of each manifest as a unified diff of its YAML. */
export function diff(reviewed: readonly ReviewedManifest[]): string {
  return reviewed.filter(isAllowed).map(diffOne).join("");
}

function diffOne(reviewed: ReviewedManifest): string {
  const { title, value } = reviewed.manifest;
  const before = toYaml(value);
  const after = toYaml(afterOf(reviewed));
  if (before === after) {
    tell(`${title}: nothing changes`);
    return "";
  }
  const text = createTwoFilesPatch(title, `${title} (as it will run)`, before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
  const lines = text.trimEnd().split("\n").map(shortened);
  return `${(isColoured() ? lines.map(coloured) : lines).join("\n")}\n`;
}

/** On a terminal the annotation that says what was written would fill the screen; explain tells it better. */
function shortened(line: string): string {
  const width = lineWidth();
  return line.includes(`${APPLIED}: `) && line.length > width ? `${line.slice(0, width - 1)}…` : line;
}

function coloured(line: string): string {
  if (line.startsWith("+++") || line.startsWith("---")) return paint("bold", line);
  if (line.startsWith("@@")) return paint("cyan", line);
  if (line.startsWith("+")) return paint("green", line);
  return line.startsWith("-") ? paint("red", line) : line;
}
