import { podName, texts } from "#test/woodpecker/metadata.ts";
import { parseDnsName, parseVolume } from "#test/woodpecker/names.ts";
import { omitEmpty } from "#test/woodpecker/omit-empty.ts";
import { type Container, type EnvVar, type VolumeMount } from "#test/woodpecker/pod.ts";
import { parseQuantity } from "#test/woodpecker/quantity.ts";
import { containerSecurityContext } from "#test/woodpecker/security-context.ts";
import { type Agent } from "#test/woodpecker/settings.ts";
import {
  type Case,
  type Context,
  type Era,
  type Options,
  type Scalar,
  type SecretReference,
  type Step,
} from "#test/woodpecker/step.ts";

const POSIX = ["/bin/sh", "-c", "echo $CI_SCRIPT | base64 -d | /bin/sh -e"];
const WINDOWS = [
  "powershell",
  "-noprofile",
  "-noninteractive",
  "-command",
  "[System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($Env:CI_SCRIPT)) | iex",
];

/** The one container of a step's Pod, with the step's volumes mounted that are given. */
export function buildContainer(
  { era, step, options, context }: Omit<Case, "settings">,
  agent: Agent,
  volumes: readonly string[],
): Container {
  const secrets = agent.secretsFromStep ? (options.secrets ?? []) : [];
  const plain = minimalContainer({ era, step, context }, volumes);
  const { resources, volumeMounts = [], env = [], ...unasked } = plain;
  return {
    ...omitEmpty<Omit<Container, "resources">>({
      ...unasked,
      env: [...env, ...secrets.filter(isVariable).map(secretVariable)],
      envFrom: secrets.filter(isWhole).map(({ name }) => ({ secretRef: { name } })),
      volumeMounts: [...volumeMounts, ...secrets.flatMap((secret) => secretMounts(era, secret))],
      securityContext: containerSecurityContext(era, step, options.securityContext),
    }),
    resources: { ...resources, ...requirements(options) },
  };
}

/** The container whose creator knows the step alone: a privileged step is privileged, as long as nothing says otherwise. */
export function minimalContainer(
  { era, step, context }: Pick<Case, "era" | "step" | "context">,
  volumes: readonly string[],
): Container {
  const name = podName(era, step, context);
  return {
    ...omitEmpty<Omit<Container, "resources">>({
      name,
      image: step.image,
      imagePullPolicy: step.pull === true ? "Always" : undefined,
      command: command(step, context),
      workingDir: era !== "2.8" && hasCommands(step) ? step.workspace_base : step.working_dir,
      ports: step.ports?.map(({ number, protocol }) =>
        omitEmpty<{ containerPort: number; protocol?: string }>({
          containerPort: number,
          protocol: protocol?.toUpperCase(),
        }),
      ),
      env: environment(era, step, context),
      volumeMounts: volumes.map((entry) => parseVolume(era, entry)),
      securityContext: containerSecurityContext(era, step),
    }),
    resources: {},
  };
}

/** Whether a secret is mounted as a file. */
export const isFile = (secret: SecretReference): boolean => (secret.target?.file ?? "") !== "";

const isVariable = (secret: SecretReference): boolean =>
  !isFile(secret) && ((secret.key ?? "") !== "" || (secret.target?.env ?? "") !== "");

const isWhole = (secret: SecretReference): boolean => !isFile(secret) && !isVariable(secret);

const hasCommands = (step: Step): boolean => (step.commands ?? []).length > 0;

const isWindows = (context: Context): boolean => context.platform?.startsWith("windows/") ?? false;

function command(step: Step, context: Context): string[] | undefined {
  if (step.entrypoint !== undefined && step.entrypoint.length > 0) return [...step.entrypoint];
  if (!hasCommands(step)) return undefined;
  return isWindows(context) ? WINDOWS : POSIX;
}

// The backend's order is that of a Go map, so any order is right; native secrets come last.
function environment(era: Era, step: Step, context: Context): EnvVar[] {
  const variables = {
    ...step.environment,
    ...(context.platform !== undefined && { CI_SYSTEM_PLATFORM: context.platform }),
    ...(hasCommands(step) && scriptEnvironment(era, context)),
  };
  const secret = (name: string) => era === "3.17" && name in (step.secret_mapping ?? {});
  const stepSecret = `${podName(era, step, context)}-step-secret`;
  return Object.entries(variables).map(([name, value]) =>
    secret(name)
      ? { name, valueFrom: { secretKeyRef: { name: stepSecret, key: name } } }
      : omitEmpty<EnvVar>({ name, value }),
  );
}

function scriptEnvironment(era: Era, context: Context): Record<string, string> {
  const [shell, home] = isWindows(context) ? ["powershell.exe", "c:\\root"] : ["/bin/sh", "/root"];
  return { CI_SCRIPT: context.script ?? "", SHELL: shell, ...(era === "2.8" && { HOME: home }) };
}

const secretVariable = ({ name, key = "", target }: SecretReference): EnvVar => ({
  name: (target?.env ?? "") === "" ? key.toUpperCase() : (target?.env ?? ""),
  valueFrom: { secretKeyRef: { name, key } },
});

const secretMounts = (era: Era, { name, key = "", target }: SecretReference): VolumeMount[] =>
  target?.file === undefined
    ? []
    : [
        omitEmpty<VolumeMount>({
          name: parseDnsName(era, name),
          mountPath: target.file,
          subPath: key,
          readOnly: true,
        }),
      ];

const requirements = (options: Options): Container["resources"] =>
  omitEmpty<Container["resources"]>({
    requests: quantities(options.resources?.requests),
    limits: quantities(options.resources?.limits),
  });

const quantities = (map: Readonly<Record<string, Scalar>> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(texts(map)).map(([name, text]) => [name, parseQuantity(text)]));
