/** A Pod as its creator writes it. */
export interface StepPod {
  readonly apiVersion: "v1";
  readonly kind: "Pod";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}

export interface StepPodParts {
  readonly name?: string;
  /** What the step asks: text as its author wrote it, or what that says. */
  readonly options?: object | string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** What else stands in its container. */
  readonly container?: object;
  /** What else stands in its spec. */
  readonly spec?: object;
}

/** A step's Pod as the agent makes it, asking for nothing unless told otherwise. */
export function stepPod(namespace: string, parts: StepPodParts = {}): StepPod {
  const { name = "wp-step", options = {}, annotations = {}, container = {}, spec = {} } = parts;
  const asked = typeof options === "string" ? options : JSON.stringify(options);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      namespace,
      labels: { step: "build" },
      annotations: { "podpecker.dev/backend-options": asked, ...annotations },
    },
    spec: {
      restartPolicy: "Never",
      containers: [{ name, image: "alpine:3.22", command: ["/bin/sh", "-c", "true"], ...container }],
      ...spec,
    },
  };
}
