import { mutations } from "#src/engine/mutations/index.ts";
import { headerExamples } from "./header-examples.ts";
import { sectionExamples } from "./section-examples.ts";

/** A policy for each section, and for the two parts of its header: the files of manifests/examples/sections, by their names. */
export function sectionFiles(): Readonly<Record<string, string>> {
  const sections = Object.entries(sectionExamples).map(([name, example]): [string, string] => [
    name,
    // The examples bear the names of their mutations.
    policyFile(mutations[name as keyof typeof mutations].about, example),
  ]);
  const files: [string, string][] = [
    ["header", policyFile("What a policy says of itself.", headerExamples.header)],
    ["match", policyFile("Which Pods a policy is for: all that is given must fit.", headerExamples.match)],
    ["workspace", policyFile("The volume that the steps of a workflow share.", headerExamples.workspace)],
    ...sections,
  ];
  return Object.fromEntries(files.map(([name, text]) => [`${kebab(name)}.yaml`, text]));
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function policyFile(about: string, example: string): string {
  return `${comment(about)}\nversion: v1\n${example}\n`;
}

function comment(about: string): string {
  const lines = [""];
  for (const word of about.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line.length + word.length < 116) lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `# ${line}`).join("\n");
}
