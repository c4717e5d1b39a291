import { formatPointer } from "../kubernetes/json-pointer.ts";
import { type PlacedContainer } from "../kubernetes/containers.ts";
import { parsePlatform } from "../kubernetes/platform.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { type Path } from "../text/path.ts";
import { annotationIgnored } from "./annotation-ignored.ts";
import { PLATFORM } from "./annotations.ts";
import { literalVariable } from "./environment.ts";
import { type Finding } from "./finding.ts";
import { type EffectivePolicy } from "./policy.ts";

/** The variable of the step container that Woodpecker's agent always sets. */
export const PLATFORM_VARIABLE = "CI_SYSTEM_PLATFORM";

/** The architecture of the agent's platform and where it was said; or why there is none. */
export interface PlatformReading {
  readonly architecture?: { readonly value: string; readonly rule: string };
  readonly findings: readonly Finding[];
}

interface Source {
  readonly text: string;
  readonly path: Path;
  readonly rule: string;
}

/** The annotation, else the variable that Woodpecker's agent always sets, else the policy. Nothing is guessed beyond that. */
export function readPlatform(pod: Pod, step: PlacedContainer, policy: EffectivePolicy): PlatformReading {
  const findings: Finding[] = [];
  const source = annotated(pod, policy, findings) ?? agents(step, policy) ?? ruled(policy);
  if (source === undefined) return { findings };
  const platform = parsePlatform(source.text);
  if (platform !== undefined) return { architecture: { value: platform.arch, rule: source.rule }, findings };
  const message = "is not a platform; os/arch or os/arch/variant is, such as linux/arm64";
  return {
    findings: [...findings, { code: "malformed-platform", path: source.path, asked: source.text, message }],
  };
}

function annotated(pod: Pod, policy: EffectivePolicy, findings: Finding[]): Source | undefined {
  const text = pod.metadata?.annotations?.[PLATFORM];
  if (text === undefined) return undefined;
  const path = ["metadata", "annotations", PLATFORM];
  if (policy.trustAnnotations) return { text, path, rule: podRule(path) };
  findings.push(annotationIgnored(PLATFORM, policy));
  return undefined;
}

function agents({ path, container }: PlacedContainer, { environment }: EffectivePolicy): Source | undefined {
  const text = literalVariable(container, PLATFORM_VARIABLE, environment);
  const place = [...path, "env", PLATFORM_VARIABLE];
  return text === undefined || text === "" ? undefined : { text, path: place, rule: podRule(place) };
}

function ruled(policy: EffectivePolicy): Source | undefined {
  const { platform } = policy;
  return platform === undefined
    ? undefined
    : { text: platform, path: ["platform"], rule: policy.ruleAt(["platform"]) };
}

const podRule = (path: Path): string => `pod#${formatPointer(path)}`;
