import { type TextDocument } from "../text/document.ts";
import { type Problem } from "../text/problem.ts";
import { type Step } from "./step.ts";
import { type WorkflowDocument } from "./workflow-document.ts";

// What Woodpecker reads and its Kubernetes backend does nothing with.
const IDLE = ["devices", "tmpfs", "network_mode"] as const;

/** What is worth a word about a step that is well formed. */
export function stepNotes({ entry, path, document }: Step): Problem[] {
  const note = (key: string, message: string): Problem => ({
    path: [...path, key],
    message,
    position: document.keyPosition([...path, key]),
  });
  const idle = IDLE.filter((key) => entry[key] !== undefined && entry[key] !== null);
  return [
    ...idle.map((key) => note(key, "has no effect in Kubernetes")),
    ...(entry.secrets === undefined
      ? []
      : [
          note(
            "secrets",
            "is read before Woodpecker 3.0 only; environment: {NAME: {from_secret: name}} is its successor",
          ),
        ]),
    ...(Array.isArray(entry.environment)
      ? [
          note(
            "environment",
            "is a list, which is read before Woodpecker 3.0 only; a map of names to values is its successor",
          ),
        ]
      : []),
  ];
}

/** What is worth a word about a workflow that is well formed. */
export function workflowNotes({ labels = {} }: WorkflowDocument, document: TextDocument): Problem[] {
  const own = Object.keys(labels).filter((label) => label !== "platform");
  if (own.length === 0) return [];
  const message =
    "choose the agent; they are not written on Pods, which backend_options.kubernetes.labels asks for";
  return [{ path: ["labels"], message, position: document.keyPosition(["labels"]) }];
}
