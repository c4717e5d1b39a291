import { type Command, InvalidArgumentError, Option } from "commander";

import { readPolicyFiles } from "../adapters/files/read-policy-files.ts";
import { PolicyError, type PolicyReading } from "../policy/policy.ts";
import { createPolicySet, type PolicySet } from "../policy/policy-set.ts";
import { type ClusterTier, readPolicies } from "../policy/read-policies.ts";

/** Where policies come from and which of them are law for the whole cluster. */
export interface PolicySources {
  readonly paths: readonly string[];
  readonly tier: ClusterTier;
}

/** Policies that may come into force, and what is worth a word about them. */
export interface LoadedPolicies {
  readonly policies: PolicySet;
  readonly warnings: PolicyReading["warnings"];
}

const CONFIG_MAP = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?\/[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/;

/** Reads policies from files and compiles them.
 * @throws {FileError | PolicyError} with everything that is wrong
 */
export async function loadPolicies({ paths, tier }: PolicySources): Promise<LoadedPolicies> {
  const { policies, problems, warnings } = readPolicies(await readPolicyFiles(paths), tier);
  if (problems.length > 0) throw new PolicyError(problems);
  return { policies: createPolicySet(policies), warnings };
}

/** The option that says which namespace is Podpecker's own. */
export const ownNamespace = (flags: string): Option =>
  new Option(flags, "Podpecker's own namespace: ConfigMaps of it are policies for the whole cluster")
    .env("POD_NAMESPACE")
    .default("podpecker");

/** Adds the option that promotes single ConfigMaps of other namespaces. */
export function addPolicyConfigMap(command: Command): Command {
  return command.option(
    "--policy-configmap <namespace/name>",
    "a ConfigMap of another namespace, such as the agent's own, that is such a policy as well; repeatable",
    collectConfigMap,
  );
}

/** For options that may be given several times. */
export const collect = (value: string, earlier: readonly string[] = []): string[] => [...earlier, value];

function collectConfigMap(value: string, earlier?: readonly string[]): string[] {
  if (!CONFIG_MAP.test(value)) throw new InvalidArgumentError("It must be NAMESPACE/NAME.");
  return collect(value, earlier);
}
