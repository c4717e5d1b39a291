import { resolve } from "node:path";

import { FileError } from "../../adapters/files/file-error.ts";
import { type PolicyFile, readPolicyFiles } from "../../adapters/files/read-policy-files.ts";
import { isInForce } from "../../policy/joint-problems.ts";
import { type Policy, PolicyError, type PolicyReading } from "../../policy/policy.ts";
import { createPolicySet, type PolicySet } from "../../policy/policy-set.ts";
import { type ClusterTier, readPolicies } from "../../policy/read-policies.ts";
import { type PlacedPolicy } from "./test-suite.ts";

/** Policies that stand together, and the files that they stand in. */
export interface PolicyShelf {
  readonly policies: PolicySet;
  readonly placed: readonly PlacedPolicy[];
}

/** Reads policies for suites, the same paths once.
 * @throws {FileError | PolicyError} with everything that is wrong
 */
export class PolicyLibrary {
  readonly #tier: ClusterTier;
  readonly #shelves = new Map<string, Promise<PolicyShelf>>();

  constructor(tier: ClusterTier) {
    this.#tier = tier;
  }

  read(paths: readonly string[]): Promise<PolicyShelf> {
    const key = paths.map((path) => resolve(path)).join("\0");
    const known = this.#shelves.get(key) ?? readPolicyFiles(paths).then((files) => this.#compile(files));
    this.#shelves.set(key, known);
    return known;
  }

  /** The policies directly in a directory, as far as there are any: what else lies there is nobody's business. */
  async glance(directory: string): Promise<readonly PlacedPolicy[]> {
    try {
      const { policies, locate } = readPolicies(await readPolicyFiles([directory]), this.#tier);
      return placedBy(policies.filter(isInForce), locate);
    } catch (error) {
      if (error instanceof FileError) return [];
      throw error;
    }
  }

  #compile(files: readonly PolicyFile[]): PolicyShelf {
    const { policies, problems, locate } = readPolicies(files, this.#tier);
    if (problems.length > 0) throw new PolicyError(problems);
    const set = createPolicySet(policies);
    return { policies: set, placed: placedBy(policies.filter(isInForce), locate) };
  }
}

const placedBy = (policies: readonly Policy[], locate: PolicyReading["locate"]): PlacedPolicy[] =>
  policies.map((policy) => {
    const file = locate({ path: [], message: "" }, policy).origin;
    return { policy, file, id: `${resolve(file)}#${policy.name}` };
  });
