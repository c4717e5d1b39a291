import { type Command, InvalidArgumentError, Option } from "commander";

import { EXIT } from "./exit-code.ts";
import { InputError } from "./input-error.ts";
import { parseMoment } from "./moment.ts";
import { addPolicyConfigMap, collect, ownNamespace } from "./policy-sources.ts";
import { decideHere, type OfflineDecider, type OfflineOptions } from "./review/decide-here.ts";
import { type OutputName, outputs } from "./review/outputs/table.ts";
import { readInputs } from "./review/read-inputs.ts";
import { readManifests } from "./review/read-manifests.ts";
import { createServerReviewer } from "./review/review-by-server.ts";
import { isAllowed, type ReviewedManifest, reviewManifest } from "./review/reviewed.ts";
import { type Reviewer } from "./review/verdict.ts";
import { print, tell } from "./terminal.ts";

const AFTER_HELP = `
What is decided about: Pods, lists of them, AdmissionReviews, and the Pod
templates of Jobs, CronJobs, Deployments, StatefulSets, DaemonSets, ReplicaSets,
ReplicationControllers and PodTemplates; YAML of one or many documents, or JSON;
files, directories, or - for standard input.

Outputs:
  explain  field by field: asked, before, given, which rule; then what there is
           to be told (the default: it says why, the others only say what)
  diff     a unified diff of the YAML, in colour on a terminal
  pod      the objects as they will run, YAML, for kubectl apply -f -
  patch    a JSON Patch for each document
  review   the webhook's answer to each Pod, byte for byte, one a line
  json     all of it: {"reviews": [{input, subject, pointer, namespace, uid,
           outcome, allowed, code, message, policies, digest, changes,
           findings, audited, warnings, auditAnnotations, patch, pod}]}

What policies with mode: audit would do stands in explain and json: below the
decision that holds, and under audited. The other outputs show what holds.

A Pod's namespace is its metadata.namespace, else --namespace; so is that of a
LimitRange, which counts for the Pods of its namespace. With --server,
what was asked is known to the webhook only, so that explain does not have it.

Exit codes: 0 decided, 1 a Pod is denied (the reasons stand on standard error),
2 the input, a policy or the server must be mended, 70 a defect of Podpecker.

Examples:
  podpecker review step.yaml --policy policies/
  podpecker review job.yaml --policy small.yaml --output diff
  podpecker review step.yaml --policy policies/ --at 2027-04-01
  kubectl get pod build -o yaml | podpecker review --policy policies/
  podpecker review step.yaml --policy policies/ --output pod | kubectl apply -f -
  kubectl get limitranges --all-namespaces -o yaml > limits.yaml
  podpecker review step.yaml --policy policies/ --limit-range limits.yaml
  podpecker review step.yaml --server https://127.0.0.1:8443 \\
    --ca certs/development/ca.crt --output diff`;

interface ReviewOptions extends OfflineOptions {
  readonly server?: URL;
  readonly ca?: string;
  readonly insecure?: true;
  readonly at?: number;
  readonly output: OutputName;
}

/** `podpecker review`: what becomes of Pods, and why, without a cluster. */
export function defineReview(command: Command): void {
  const policy = new Option("--policy <path>", "a file or directory with policies; repeatable");
  command
    .argument("[file...]", "what to review; - is standard input")
    .addOption(policy.argParser(collect))
    .option("--server <url>", "let the webhook there decide, instead of policies from files", parseServer)
    .option("--ca <file>", "the CA that vouches for the server")
    .option("--insecure", "do not look at the server's certificate; for a try only")
    .option("-n, --namespace <name>", "the namespace of Pods that do not say it", "default")
    .option("--user <name>", "who creates the Pods, for policies that match on it")
    .option(
      "--at <time>",
      "decide as at that time, for policies that end; a day is its beginning",
      parseMoment,
    )
    .addOption(ownNamespace("--policy-namespace <name>"));
  addPolicyConfigMap(command)
    .option("--limit-range <path>", "a file or directory with LimitRanges that count; repeatable", collect)
    .addOption(
      // The keys of the table.
      new Option("-o, --output <form>", "what to print").choices(Object.keys(outputs)).default("explain"),
    )
    .addHelpText("after", AFTER_HELP)
    .action(review);
}

async function review(files: readonly string[], options: ReviewOptions): Promise<void> {
  assertOneDecides(options);
  const { namespace, user, server, output, at: now = Date.now() } = options;
  const manifests = readManifests(await readInputs(files), { namespace, user });
  const decider: Decider =
    server === undefined ? await decideHere(options, now) : await decideThere(server, options);
  const reviewed: ReviewedManifest[] = [];
  try {
    for (const manifest of manifests) reviewed.push(await reviewManifest(manifest, decider.review));
  } finally {
    decider.close?.();
  }
  print(outputs[output](reviewed));
  tellDenials(reviewed, output);
  decider.tellPolicies?.(reviewed);
  if (!reviewed.every(isAllowed)) process.exitCode = EXIT.denied;
}

function assertOneDecides(options: ReviewOptions): void {
  const { policy, server } = options;
  const isOffline = policy !== undefined;
  if (isOffline && server !== undefined)
    throw new InputError(["podpecker: either --policy or --server decides; leave one of them out"]);
  if (!isOffline && server === undefined)
    throw new InputError(["podpecker: nothing says what decides; add --policy PATH, or --server URL"]);
  if (isOffline) assertOffline(options);
  else assertByServer(options);
}

function assertOffline({ ca, insecure }: ReviewOptions): void {
  if (ca !== undefined || insecure === true)
    throw new InputError(["podpecker: --ca and --insecure are for --server; leave them out"]);
}

function assertByServer({ at, limitRange }: ReviewOptions): void {
  if (at !== undefined)
    throw new InputError([
      "podpecker: --at is for --policy, as a server goes by its own clock; leave it out",
    ]);
  if (limitRange !== undefined)
    throw new InputError(["podpecker: --limit-range is for --policy; a server knows those of its cluster"]);
}

interface Decider {
  readonly review: Reviewer;
  readonly close?: () => void;
  /** Tells of the policies what should be known, where the decision is made here. */
  readonly tellPolicies?: OfflineDecider["tellPolicies"];
}

const decideThere = (url: URL, { ca, insecure }: ReviewOptions): Promise<Decider> =>
  createServerReviewer({ url, ca, insecure: insecure === true });

/** explain has the reasons already: beside it one line says that they are a denial. */
function tellDenials(reviewed: readonly ReviewedManifest[], output: OutputName): void {
  for (const { manifest, pods } of reviewed)
    for (const { subject, verdict } of pods.filter(({ verdict: { response } }) => !response.allowed)) {
      const { code = 403, message = "" } = verdict.response.status ?? {};
      const said = output === "explain" ? `; ${message.split("\n").at(-1) ?? ""}` : `:\n${message}`;
      tell(`${manifest.title}: ${subject.title} is denied, code ${code}${said}`);
    }
}

function parseServer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:")
    throw new InvalidArgumentError("It must be a URL such as https://127.0.0.1:8443.");
  return url;
}
