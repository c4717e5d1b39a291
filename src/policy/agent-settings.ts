import { own } from "../kubernetes/own.ts";
import { problemsOf } from "../text/check.ts";
import { readDocument, type TextDocument } from "../text/document.ts";
import { nearest } from "../text/nearest.ts";
import { type Path } from "../text/path.ts";
import { type Problem } from "../text/problem.ts";
import { quote } from "../text/quote.ts";
import { type Copied } from "./policy.ts";
import { PolicyDocument } from "./policy-document.ts";

const PREFIX = "WOODPECKER_BACKEND_K8S_";

const START = { line: 1, column: 1 };

/** Whether a key of a ConfigMap would be a setting of the agent's Kubernetes backend. */
export const isAgentSetting = (key: string): boolean => key.startsWith(PREFIX);

type Form = "text" | "flag" | "yaml" | "list";

/** One setting of Woodpecker's agent: the form of its text, and the parts of a policy that it becomes. */
interface Setting {
  readonly form: Form;
  readonly becomes: (value: unknown) => readonly (readonly [Path, unknown])[];
}

const at =
  (...path: string[]): Setting["becomes"] =>
  (value) => [[path, value]];

/** Known, but the agent's own business: nothing of it stands in a Pod that Podpecker decides about. */
const agentsOwn: Setting["becomes"] = () => [];

/** Every setting of the agent's Kubernetes backend up to release 3.17 and the next one, without the prefix. */
export const AGENT_SETTINGS: Readonly<Record<string, Setting>> = {
  NAMESPACE: { form: "text", becomes: agentsOwn },
  NAMESPACE_PER_ORGANIZATION: { form: "flag", becomes: agentsOwn },
  VOLUME_SIZE: { form: "text", becomes: at("workspace", "size") },
  STORAGE_CLASS: { form: "text", becomes: at("workspace", "storageClass") },
  STORAGE_RWX: {
    form: "flag",
    becomes: (many) => [[["workspace", "accessMode"], many === true ? "ReadWriteMany" : "ReadWriteOnce"]],
  },
  POD_LABELS: { form: "yaml", becomes: at("labels", "set") },
  POD_LABELS_ALLOW_FROM_STEP: { form: "flag", becomes: at("labels", "fromStep") },
  POD_ANNOTATIONS: { form: "yaml", becomes: at("annotations", "set") },
  POD_ANNOTATIONS_ALLOW_FROM_STEP: {
    form: "flag",
    // An agent that copies a step's annotations onto its Pods lets the step write Podpecker's, too.
    becomes: (open) => [
      [["annotations", "fromStep"], open],
      ...(open === true ? [[["trustAnnotations"], false] as const] : []),
    ],
  },
  POD_NODE_SELECTOR: { form: "yaml", becomes: at("nodeSelector", "default") },
  POD_NODE_SELECTOR_ALLOW_FROM_STEP: { form: "flag", becomes: at("nodeSelector", "fromStep") },
  POD_TOLERATIONS: { form: "yaml", becomes: at("tolerations", "default") },
  POD_TOLERATIONS_ALLOW_FROM_STEP: { form: "flag", becomes: at("tolerations", "fromStep") },
  POD_AFFINITY: { form: "yaml", becomes: at("affinity", "default") },
  POD_AFFINITY_ALLOW_FROM_STEP: { form: "flag", becomes: at("affinity", "fromStep") },
  RUNTIME_CLASS_ALLOW_FROM_STEP: { form: "flag", becomes: at("runtimeClassName", "fromStep") },
  SERVICE_ACCOUNT_NAME_ALLOW_FROM_STEP: { form: "flag", becomes: at("serviceAccountName", "fromStep") },
  SECCTX_NONROOT: {
    form: "flag",
    becomes: (nonRoot) => (nonRoot === true ? [[["securityContext", "set", "runAsNonRoot"], true]] : []),
  },
  PULL_SECRET_NAMES: { form: "list", becomes: at("imagePullSecrets", "set") },
  ALLOW_NATIVE_SECRETS: { form: "flag", becomes: at("secrets", "fromStep") },
  PRIORITY_CLASS: { form: "text", becomes: at("priorityClassName", "set") },
  CLUSTER_DOMAIN: { form: "text", becomes: agentsOwn },
  STOP_TIMEOUT: { form: "text", becomes: agentsOwn },
  PERMISSION_INIT_IMAGE: { form: "text", becomes: agentsOwn },
};

/** What came of reading an agent's settings: the part of a policy that they are, what is wrong, what is worth a word. */
export interface SettingsReading {
  readonly document?: PolicyDocument;
  /** What the agent itself copies from a step, whatever else a policy says. */
  readonly copies?: readonly Copied[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** Where a part of the policy stands, counted within its key's text; nothing where no setting says it. */
  readonly place?: (path: Path) => Pick<Problem, "path" | "position"> | undefined;
}

/** Reads the keys of an agent's ConfigMap that are settings of its Kubernetes backend; all others are left alone. */
export function readAgentSettings(data: Readonly<Record<string, string>>): SettingsReading {
  const keys = Object.keys(data).filter(isAgentSetting);
  if (keys.length === 0) return { problems: [], warnings: [] };
  const problems: Problem[] = [];
  const parts: Part[] = [
    { key: `${PREFIX}NAMESPACE`, path: ["match", "namespaces"], value: namespaces(data) },
  ];
  for (const key of keys) parts.push(...partsOf(key, data[key] ?? "", problems));
  const value = { version: "v1" };
  for (const { path, value: part } of parts) put(value, path, part);
  const read = PolicyDocument.safeParse(value);
  if (!read.success) problems.push(...settingProblems(read.error, parts));
  const warnings = keys.flatMap((key) => unknownSetting(key) ?? []);
  if (problems.length > 0 || !read.success) return { problems, warnings };
  const copies = COPIED.filter((what) => isOpen(data[`${PREFIX}POD_${what.toUpperCase()}_ALLOW_FROM_STEP`]));
  return { document: read.data, copies, problems, warnings, place: (path) => placeIn(parts, path) };
}

const COPIED: readonly Copied[] = ["labels", "annotations"];

const isOpen = (text = ""): boolean => parseFlag(text) === true;

interface Part {
  readonly key: string;
  readonly path: Path;
  readonly value: unknown;
  readonly text?: TextDocument;
}

/** The first setting that says the part of the policy, or some of it. */
function placeIn(parts: readonly Part[], path: Path): Pick<Problem, "path" | "position"> | undefined {
  if (path.length === 0) return { path: ["data"] };
  const part = parts.find((own) =>
    own.path.every((step, index) => index >= path.length || step === path[index]),
  );
  if (part === undefined) return undefined;
  const inside = path.slice(part.path.length);
  const position = part.text?.keyPosition(inside) ?? START;
  return { path: ["data", part.key, ...inside], position };
}

/** The agent's own default is `woodpecker`; with a namespace for each organisation theirs begin with its name. */
function namespaces(data: Readonly<Record<string, string>>): string[] {
  const name = data[`${PREFIX}NAMESPACE`]?.trim() ?? "";
  const own = name === "" ? "woodpecker" : name;
  const perOrganization = parseFlag(data[`${PREFIX}NAMESPACE_PER_ORGANIZATION`] ?? "") === true;
  return [perOrganization ? `${own.toLowerCase()}-*` : own];
}

function partsOf(key: string, text: string, problems: Problem[]): Part[] {
  const setting = own(AGENT_SETTINGS, key.slice(PREFIX.length));
  if (setting === undefined || (text.trim() === "" && setting.form !== "flag")) return [];
  const becomes = (value: unknown, document?: TextDocument): Part[] =>
    setting.becomes(value).map(([path, part]) => ({
      key,
      path,
      value: part,
      ...(document === undefined ? {} : { text: document }),
    }));
  switch (setting.form) {
    case "text":
      return becomes(text.trim());
    case "list":
      return becomes(
        text
          .split(",")
          .map((item) => item.trim())
          .filter((item) => item !== ""),
      );
    case "flag": {
      const value = parseFlag(text);
      if (value !== undefined) return becomes(value);
      problems.push({ path: ["data", key], written: text, message: "is not true or false" });
      return [];
    }
    case "yaml": {
      const reading = readDocument(text);
      problems.push(
        ...reading.problems.map((problem) => ({ ...problem, path: ["data", key, ...problem.path] })),
      );
      return reading.document === undefined ? [] : becomes(reading.document.value, reading.document);
    }
  }
}

// What Go's strconv.ParseBool takes, as the agent does.
const TRUE = new Set(["1", "t", "T", "TRUE", "true", "True"]);
// An empty text is false to the agent, also for a gate that is open when nobody names it.
const FALSE = new Set(["", "0", "f", "F", "FALSE", "false", "False"]);

function parseFlag(text: string): boolean | undefined {
  if (TRUE.has(text.trim())) return true;
  return FALSE.has(text.trim()) ? false : undefined;
}

function put(target: Record<string, unknown>, path: Path, value: unknown): void {
  let map = target;
  for (const step of path.slice(0, -1)) {
    map[step] ??= {};
    // Only this function writes here: what stands on the way is a map.
    map = map[step] as Record<string, unknown>;
  }
  map[path.at(-1) ?? ""] = value;
}

/** The schema speaks of the policy; the admin wrote settings: each problem goes back to its key. */
function settingProblems(error: Parameters<typeof problemsOf>[0], parts: readonly Part[]): Problem[] {
  return parts.flatMap((part) => {
    const own = error.issues.filter((issue) => part.path.every((step, index) => issue.path[index] === step));
    if (own.length === 0) return [];
    const inside = own.map((issue) => ({ ...issue, path: issue.path.slice(part.path.length) }));
    const text = part.text ?? plainText(part.value);
    return problemsOf({ issues: inside }, text).map((problem) => ({
      ...problem,
      path: ["data", part.key, ...problem.path],
    }));
  });
}

function plainText(value: unknown): TextDocument {
  const inside = (path: Path): unknown =>
    path.reduce<unknown>(
      (from, step) => (Array.isArray(from) ? (from as unknown[])[Number(step)] : undefined),
      value,
    );
  return {
    value,
    position: () => START,
    keyPosition: () => START,
    written: (path) => String(inside(path)),
    inner: () => () => START,
  };
}

function unknownSetting(key: string): Problem | undefined {
  const name = key.slice(PREFIX.length);
  if (Object.hasOwn(AGENT_SETTINGS, name)) return undefined;
  const near = nearest(name, Object.keys(AGENT_SETTINGS));
  const hint = near === undefined ? "" : `; did you mean ${quote(PREFIX + near)}?`;
  return {
    code: "unknown-setting",
    path: ["data", key],
    message: `is not a setting that is known here${hint}`,
    unknownKey: true,
  };
}
