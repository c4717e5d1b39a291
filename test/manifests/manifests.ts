import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { parseAllDocuments } from "yaml";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "../..");

/** An object of a manifest, as far as all kinds are alike. */
export type Manifest = z.infer<typeof Manifest>;
const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
  }),
});

/** The text of a file of the repository. */
export const readText = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** The YAML files of a folder, as paths from the root. */
export const yamlFilesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => `${folder}/${name}`);

/** Every document of a YAML file.
 * @throws {Error} when it is no good YAML
 */
export function readYaml(file: string): unknown[] {
  return parseAllDocuments(readText(file)).map((document) => {
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    return document.toJS() as unknown;
  });
}

/** The objects of the kustomize base, without what its kustomization adds. */
export const base: readonly Manifest[] = yamlFilesIn("manifests/base")
  .filter((file) => !file.endsWith("/kustomization.yaml"))
  .flatMap(readYaml)
  .map((document) => Manifest.parse(document));

/** What an object holds, where it has such a shape.
 * @throws {Error} when there is no such object, or it has another shape
 */
export function find<Shape extends z.ZodType>(kind: string, name: string, shape: Shape): z.infer<Shape> {
  const found = base.find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`the base has no ${kind} "${name}"`);
  return shape.parse(found);
}

const Labels = z.record(z.string(), z.string());

/** The Deployment, as far as tests look into it. */
export const Deployment = z.looseObject({
  spec: z.looseObject({
    replicas: z.number(),
    selector: z.looseObject({ matchLabels: Labels }),
    template: z.looseObject({
      metadata: z.looseObject({ labels: Labels }),
      spec: z.looseObject({
        serviceAccountName: z.string(),
        terminationGracePeriodSeconds: z.number(),
        automountServiceAccountToken: z.boolean(),
        securityContext: z.record(z.string(), z.unknown()),
        topologySpreadConstraints: z.array(
          z.looseObject({ labelSelector: z.looseObject({ matchLabels: Labels }) }),
        ),
        containers: z.tuple([
          z.looseObject({
            image: z.string(),
            args: z.array(z.string()),
            env: z.array(z.looseObject({ name: z.string() })),
            ports: z.array(z.looseObject({ name: z.string(), containerPort: z.number() })),
            securityContext: z.record(z.string(), z.unknown()),
          }),
        ]),
      }),
    }),
  }),
});

const Webhook = z.looseObject({
  name: z.string(),
  clientConfig: z.looseObject({
    service: z.looseObject({ name: z.string(), namespace: z.string(), path: z.string(), port: z.number() }),
  }),
  matchConditions: z.array(z.looseObject({ name: z.string(), expression: z.string() })).optional(),
});

/** A webhook configuration with its webhooks, of which there is one at least. */
export const WebhookConfiguration = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  webhooks: z.tuple([Webhook], Webhook),
});

/** A role of either kind. */
export const Role = z.looseObject({
  rules: z.array(
    z.strictObject({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      resourceNames: z.array(z.string()).optional(),
      verbs: z.array(z.string()),
    }),
  ),
});
