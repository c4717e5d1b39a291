import { type TextDocument } from "../text/document.ts";
import { type Path } from "../text/path.ts";
import { type Problem } from "../text/problem.ts";
import { asText } from "../text/schema.ts";
import { isAgentSetting, readAgentSettings } from "./agent-settings.ts";
import { isMap } from "../text/is-map.ts";
import { overlay } from "./overlay.ts";
import { type Policy } from "./policy.ts";
import { type DocumentReading, readPolicyYaml } from "./read-document.ts";
import { reviewPolicy } from "./review-policy.ts";

/** The key under which a policy's document stands. */
export const POLICY_YAML = "policy.yaml";

/** A ConfigMap as far as a policy can stand in it; its parts are whatever stands there. */
export interface ConfigMap {
  /** What its policy is called. */
  readonly name: string;
  readonly data: unknown;
  readonly binaryData: unknown;
}

/**
 * What came of reading a ConfigMap. Paths begin with the member, `data` as a rule, and the key; positions count within
 * that key's text.
 */
export interface ConfigMapReading {
  /** Only where there are no problems. */
  readonly policy?: Policy;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Where a part of the policy stands. */
  readonly place: (path: Path) => Place;
}

type Place = Pick<Problem, "path" | "position">;

/** Reads a ConfigMap: an agent's settings first, `policy.yaml` over them. Never throws, whatever stands in it. */
export function readConfigMap({ name, data, binaryData }: ConfigMap): ConfigMapReading {
  const { texts, problems: ofData } = textsIn(data);
  const settings = readAgentSettings(texts);
  const yaml = readYaml(texts[POLICY_YAML]);
  const place = placeIn(yaml.text, settings.place);
  const problems = [...ofData, ...binaryProblems(binaryData), ...settings.problems, ...yaml.problems];
  const { warnings } = settings;
  const [first, second] = [settings.document ?? [], yaml.policyDocument ?? []].flat();
  if (first === undefined && problems.length === 0) problems.push(nothingToRead);
  if (first === undefined || problems.length > 0) return { problems, warnings, place };
  const policy: Policy = {
    name,
    document: second === undefined ? first : overlay(first, second),
    ...(settings.copies === undefined ? {} : { copies: settings.copies }),
  };
  const review = reviewPolicy(policy);
  const placed = (problem: Problem): Problem => ({ ...problem, ...place(problem.path) });
  return {
    ...(review.problems.length > 0 ? {} : { policy }),
    problems: review.problems.map(placed),
    warnings: [...warnings, ...review.warnings.map(placed)],
    place,
  };
}

const nothingToRead: Problem = {
  path: ["data"],
  message: "holds neither policy.yaml nor settings of Woodpecker's Kubernetes backend",
};

/** The texts under `data`; the API server takes nothing but text there. */
function textsIn(data: unknown): { texts: Record<string, string>; problems: Problem[] } {
  const texts: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(isMap(data) ? data : {})) {
    if (typeof value === "string") texts[key] = value;
    else
      problems.push({
        path: ["data", key],
        written: shown(value),
        message: "is not text; put it in quotes, as a ConfigMap holds text only",
        position: { line: 1, column: 1 },
      });
  }
  return { texts, problems };
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "[…]";
  return asText(value) ?? (isMap(value) ? "{…}" : String(value));
}

/** kubectl puts a file there that is not UTF-8. */
function binaryProblems(binaryData: unknown): Problem[] {
  const message = "is not read, as a policy is text; save it as UTF-8 and put it under data";
  return Object.keys(isMap(binaryData) ? binaryData : {})
    .filter((key) => key === POLICY_YAML || isAgentSetting(key))
    .map((key) => ({ path: ["binaryData", key], message }));
}

function readYaml(text: string | undefined): DocumentReading {
  if (text === undefined) return { problems: [] };
  const reading = readPolicyYaml(text);
  const problems = reading.problems.map((problem) => ({
    ...problem,
    path: ["data", POLICY_YAML, ...problem.path],
  }));
  return { ...reading, problems };
}

/** In `policy.yaml`, or somewhere among the settings. */
function placeIn(
  text: TextDocument | undefined,
  inSettings: (path: Path) => Place | undefined = () => undefined,
): (path: Path) => Place {
  return (path) => {
    const isInText = text !== undefined && holds(text.value, path);
    const said = isInText ? undefined : inSettings(path);
    if (said !== undefined) return said;
    if (text === undefined) return { path: ["data"] };
    return { path: ["data", POLICY_YAML, ...path], position: text.keyPosition(path) };
  };
}

function holds(value: unknown, path: Path): boolean {
  let inner = value;
  for (const step of path) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, step)) return false;
    // A list is a map with numbers for keys.
    inner = (inner as Record<string | number, unknown>)[step];
  }
  return true;
}
