import { type EnvVar } from "../kubernetes/pod.ts";

/** What runs the commands of a step: the shell, and the script in a variable. */
export function scriptContainer(
  commands: readonly string[],
  directory: string,
): { readonly command: string[]; readonly env: readonly EnvVar[] } {
  const lines = [`mkdir -p "${directory}"`, `cd "${directory}"`, ...commands];
  return {
    command: ["/bin/sh", "-c", "echo $CI_SCRIPT | base64 -d | /bin/sh -e"],
    env: [
      { name: "CI_SCRIPT", value: Buffer.from(`${lines.join("\n")}\n`).toString("base64") },
      { name: "SHELL", value: "/bin/sh" },
    ],
  };
}
