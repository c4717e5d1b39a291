import { stringify } from "yaml";

import { AGENT_SETTINGS, readAgentSettings } from "#src/policy/agent-settings.ts";
import { deepEqual } from "#src/kubernetes/equality.ts";
import { code, page, table } from "./markdown.ts";
import { settingExamples } from "./setting-examples.ts";

const PREFIX = "WOODPECKER_BACKEND_K8S_";

/** Every setting of the agent's Kubernetes backend and the part of a policy that it becomes; found out by reading it. */
export function settingsPage(): string {
  return page("Agent settings", [
    "The ConfigMap that a Woodpecker agent is started with is a policy as it stands. These keys of it are read; all other keys of the agent are left alone, and a `WOODPECKER_BACKEND_K8S_` key that is not in this list is told as a warning. `policy.yaml` in the same ConfigMap goes before them.",
    `A gate that is not set has the default of release 2.8 (open for node selector, tolerations and runtime class), except \`serviceAccountName\`, which is closed. Without \`${PREFIX}NAMESPACE\` the policy is for the namespace \`woodpecker\`, the agent's own default.`,
    table(["setting, without `WOODPECKER_BACKEND_K8S_`", "for example", "becomes"], rows()),
  ]);
}

function rows(): string[][] {
  return Object.entries(AGENT_SETTINGS).flatMap(([key, { form }]) => {
    const example = settingExamples[key];
    if (form === "flag") return ["true", "false"].map((value) => row(key, value));
    if (example === undefined) throw new Error(`docs/generator/setting-examples.ts has no example of ${key}`);
    return [row(key, example)];
  });
}

function row(key: string, value: string): string[] {
  return [code(key), code(value), meaning(key, value)];
}

/** What the setting adds to the policy of an agent that sets nothing. */
function meaning(key: string, value: string): string {
  const base = documentOf({ [`${PREFIX}CLUSTER_DOMAIN`]: "cluster.local" });
  const document = documentOf({ [`${PREFIX}${key}`]: value });
  const added = Object.entries(document).filter(([name, part]) => !deepEqual(part, base[name]));
  if (added.length > 0)
    return added
      .map(([name, part]) =>
        code(stringify({ [name]: part }, { collectionStyle: "flow", lineWidth: 0 }).trim()),
      )
      .join(", ");
  return value === "false" || key === "NAMESPACE_PER_ORGANIZATION"
    ? "nothing; it is the default"
    : "nothing; the agent's own business";
}

function documentOf(data: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const { document, problems } = readAgentSettings(data);
  if (document === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
  return document;
}
