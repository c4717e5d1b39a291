import { formatPath, type Path } from "../text/path.ts";
import { quote } from "../text/quote.ts";
import { type Position } from "../text/problem.ts";

/** How much a finding matters, the gravest first. */
export const SEVERITIES = ["malformed", "denied", "refused", "mended", "note"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Every finding there is: its severity and what it means. The reference page is made from this table. */
export const FINDINGS = {
  "malformed-options": ["malformed", "The options are no readable YAML or JSON, or not a map."],
  "malformed-value": [
    "malformed",
    "A value has the wrong type, breaks the syntax of its field, or would be refused by the API server.",
  ],
  "unset-variable": ["malformed", "`${NAME}` is neither set in the step's environment nor given a default."],
  "malformed-platform": ["malformed", "The platform is not of the form os/arch."],
  "malformed-workspace-path": [
    "malformed",
    "The annotation `podpecker.dev/workspace-path` names no place for a mount.",
  ],
  "unknown-option": ["refused", "Nobody knows an option of this name."],
  "not-granted": ["refused", "The policy does not let a step ask for this."],
  "reserved-key": ["refused", "The label or annotation belongs to the platform: a step may not set it."],
  "set-by-policy": ["refused", "The policy sets this on every Pod; a step cannot change it."],
  "root-refused": ["refused", "A step may not run as root here."],
  "plugin-only": [
    "refused",
    "Privileged mode is granted to a plugin image only as a plugin: without commands (hooks and probes that run any among them), arguments, a terminal, environment or volumes of the step's own.",
  ],
  "no-resource-class": ["refused", "No policy has a resource class of this name."],
  "class-overruled": ["note", "The policy sets something else than the resource class gives."],
  "mount-taken": ["refused", "Something else is mounted at this path already."],
  "privileged-container": ["refused", "A privileged container cannot be kept from escalating."],
  "host-namespaces": [
    "refused",
    "A Pod that shares a namespace of its node, or uses a block device, cannot have a user namespace.",
  ],
  "namespace-policy": [
    "denied",
    "The namespace has a policy of its own, a ConfigMap with the label `podpecker.dev/policy`, that is bad and of which no good version is known: nothing runs there without what it would narrow.",
  ],
  "namespace-policy-refused": [
    "refused",
    "The policy of the Pod's namespace wants what none of its steps could have asked for: such a policy only narrows what the cluster's grant.",
  ],
  "pod-security": [
    "denied",
    "The Pod as it would run breaks the Pod Security Standard of the policy (`podSecurityStandard`), by what it says itself or by what a policy sets.",
  ],
  "pod-security-refused": [
    "refused",
    "The step asks for what the Pod Security Standard of the policy forbids.",
  ],
  "pod-denied": [
    "denied",
    "What the Pod itself says is not granted, and to take it out could give it more: where only a policy of its namespace does not trust the Pod (`trustPod: false`), and of a label by which such a policy is chosen.",
  ],
  "bound-denied": [
    "denied",
    "More, or less, than the policy's bounds let a container or a Pod have, and the policy denies what is beyond them (`onExceed: deny`).",
  ],
  "bounds-clash": [
    "denied",
    "The bounds cannot be met: a LimitRange of the namespace demands what the policy forbids, or the other way round, or so little is left that a container would have nothing.",
  ],
  "rule-broken": [
    "denied",
    "What stands on the Pod in the end goes against a rule of the policy: another webhook wrote over it, or a resize or an ephemeral container would. Only told where nothing can be mended any more.",
  ],
  "name-taken": ["refused", "The policy sets an environment variable of this name."],
  "toleration-seconds-dropped": [
    "mended",
    "`tolerationSeconds` is only allowed with the effect NoExecute and was left out.",
  ],
  "request-limit-mended": [
    "mended",
    "A request above its limit was brought to the limit, or the limit to the request: what counts less gave way.",
  ],
  "bound-clamped": [
    "mended",
    "A request or limit was beyond the bounds of the policy, of a LimitRange beside them, or of its Pod, and was brought within them.",
  ],
  "dns-config-cut": [
    "mended",
    "A Pod may name three nameservers and 32 search domains; what the policy sets goes before the Pod's own.",
  ],
  "bound-exceeded": [
    "note",
    "A request or limit is beyond the policy's bounds, and the policy lets that pass (`onExceed: warn`).",
  ],
  "annotation-ignored": ["note", "The policy does not trust this annotation (`trustAnnotations: false`)."],
  "default-tolerations-joined": [
    "note",
    "The policy's default tolerations stand beside the step's; Woodpecker's own backend would replace them.",
  ],
  "volume-shared": ["note", "The claim or secret is mounted several times from one volume of the Pod."],
  "mounted-read-only": [
    "note",
    "The volume is mounted read-only as asked; Woodpecker's own backend would ignore `:ro`.",
  ],
  "home-not-expanded": ["note", "`~` is not expanded in a mount path."],
  "host-users-impossible": [
    "note",
    "The policy gives Pods a user namespace; a Pod that shares a namespace of its node, or uses a block device, cannot have one.",
  ],
  "no-workspace": [
    "note",
    "The step wants the workspace of its workflow, and there is none: no policy has one for the Pod, or nothing says which workflow it is of.",
  ],
  "workspace-kept": ["note", "The step wants no workspace, and the Pod brings one along: it stays."],
  "workspace-node-preferred": [
    "note",
    "The Pods of a workflow should run on one node, as its claim can be mounted on one only. The Pod has required terms of `podAffinity` of its own, beside which the scheduler finds no other Pod of the workflow, so that one node is preferred and not required.",
  ],
  "working-dir-moved": [
    "note",
    "The working directory lay inside the workspace, and the policy has steps start where that is mounted (`workingDir: mount`).",
  ],
  "namespace-policy-idle": [
    "note",
    "The namespace has a policy of its own that has no effect: it narrows what policies of the cluster grant, and none of them is for this Pod.",
  ],
  "creator-unknown": [
    "note",
    "Nobody knows who creates the Pod: a policy that matches on users counts for what it restricts, not for what it grants.",
  ],
  "boolean-as-text": [
    "note",
    'A label, annotation or node label was written as a boolean: it is "true" or "false"; Woodpecker\'s own backend makes "1" or "0" of it.',
  ],
  "duplicate-left-out": ["note", "The same item is wanted twice and given once."],
  "volume-renamed": [
    "note",
    "A claim or Secret whose name cannot be a volume's, or is another volume's, is mounted from a volume with a derived name.",
  ],
  "pod-refused": [
    "refused",
    "What the Pod itself says is not granted, where the policy does not trust it (`trustPod: false`); it was taken out.",
  ],
  "pod-field-unknown": [
    "note",
    "A Pod that the policy does not trust has a field that this version does not know; it was taken out.",
  ],
  "pod-overruled": ["note", "The Pod says something else than what the policy sets on every Pod."],
  "variable-set-twice": [
    "note",
    "The policy sets a variable or mounts a file from two places: one of them holds.",
  ],
  "working-dir-not-made": [
    "note",
    "The working directory lies inside a volume: the container runtime makes it as root, while the step runs as another user. Woodpecker's agent has an init container for this.",
  ],
  "escalation-mended": [
    "mended",
    "`allowPrivilegeEscalation: false` and a privileged container exclude each other: what counts less gave way.",
  ],
  "likely-slip": [
    "note",
    "An amount that hardly anybody means, such as 400m of memory, which is 0.4 bytes. It is given as asked.",
  ],
  "pod-security-default": [
    "note",
    "A default of the policy is not written: the policy's Pod Security Standard forbids it.",
  ],
  "applied-too-long": [
    "note",
    "The Pod's annotations are full: what was written could not be noted on the Pod.",
  ],
} as const satisfies Record<string, readonly [Severity, string]>;

export type FindingCode = keyof typeof FINDINGS;

/** Something that a person should be told about a Pod. */
export interface Finding {
  readonly code: FindingCode;
  /** The option or field that it is about. */
  readonly path: Path;
  /** The value as its author wrote it; never a replaced `${NAME}`, which may be a secret. */
  readonly asked?: string;
  /** What is so, and what would be accepted. Reads on after path and value. */
  readonly message: string;
  /** The rule that decided, `acme#/labels/fromStep`. */
  readonly rule?: string;
  /** Where in the options' text. */
  readonly position?: Position;
}

export const severityOf = (finding: Finding): Severity => FINDINGS[finding.code][0];

/** Whether any of the findings denies a Pod by itself. */
export const isMalformed = (findings: readonly Finding[]): boolean =>
  findings.some((finding) => severityOf(finding) === "malformed");

/** Whether any of the findings denies a Pod whatever the policy says about refusals. */
export const isDenied = (findings: readonly Finding[]): boolean =>
  findings.some((finding) => severityOf(finding) === "denied");

/** Whether anything that the step asked is refused. */
export const isRefused = (findings: readonly Finding[]): boolean =>
  findings.some((finding) => severityOf(finding) === "refused");

/** The findings, the gravest first, otherwise in their order. */
export function bySeverity(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((a, b) => SEVERITIES.indexOf(severityOf(a)) - SEVERITIES.indexOf(severityOf(b)));
}

/** The finding as one sentence: path, value, what is so, rule, place. */
export function describeFinding({ path, asked, message, rule, position }: Finding): string {
  const place = path.length === 0 ? "" : `${formatPath(path)}: `;
  const value = asked === undefined ? "" : `${quote(asked)} `;
  const law = rule === undefined ? "" : ` (${rule})`;
  const where = position === undefined ? "" : ` (line ${position.line}, column ${position.column})`;
  return `${place}${value}${message}${law}${where}`;
}
