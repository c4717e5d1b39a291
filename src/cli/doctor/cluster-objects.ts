import { z } from "zod";

// Only what is looked at is named. The API server leaves out what is empty, or says null.

const StringMap = z.record(z.string(), z.string());

const Metadata = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  labels: StringMap.optional(),
});

export const LabelSelector = z.looseObject({
  matchLabels: StringMap.optional(),
  matchExpressions: z
    .array(z.looseObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }))
    .optional(),
});
export type LabelSelector = z.infer<typeof LabelSelector>;

const Rule = z.looseObject({
  apiGroups: z.array(z.string()).optional(),
  apiVersions: z.array(z.string()).optional(),
  operations: z.array(z.string()).optional(),
  resources: z.array(z.string()).optional(),
});
export type Rule = z.infer<typeof Rule>;

const Webhook = z.looseObject({
  name: z.string(),
  clientConfig: z.looseObject({
    url: z.string().optional(),
    service: z
      .looseObject({
        name: z.string(),
        namespace: z.string(),
        path: z.string().optional(),
        port: z.number().optional(),
      })
      .optional(),
    caBundle: z.string().optional(),
  }),
  rules: z.array(Rule).optional(),
  namespaceSelector: LabelSelector.optional(),
  failurePolicy: z.string().optional(),
  sideEffects: z.string().optional(),
  timeoutSeconds: z.number().optional(),
  matchConditions: z.array(z.looseObject({ name: z.string() })).optional(),
});
export type Webhook = z.infer<typeof Webhook>;

/** A MutatingWebhookConfiguration or a ValidatingWebhookConfiguration. */
export const WebhookConfiguration = z.looseObject({
  metadata: Metadata,
  webhooks: z.array(Webhook).nullish(),
});
export type WebhookConfiguration = z.infer<typeof WebhookConfiguration>;

export const Namespace = z.looseObject({ metadata: Metadata });
export type Namespace = z.infer<typeof Namespace>;

export const Service = z.looseObject({
  metadata: Metadata,
  spec: z.looseObject({
    ports: z.array(z.looseObject({ port: z.number() })).optional(),
    selector: StringMap.optional(),
  }),
});
export type Service = z.infer<typeof Service>;

export const EndpointSlice = z.looseObject({
  endpoints: z
    .array(
      z.looseObject({
        conditions: z.looseObject({ ready: z.boolean().nullish() }).optional(),
        targetRef: z.looseObject({ name: z.string().optional() }).optional(),
      }),
    )
    .nullish(),
});
export type EndpointSlice = z.infer<typeof EndpointSlice>;

export const Deployment = z.looseObject({
  spec: z.looseObject({
    replicas: z.number().optional(),
    template: z.looseObject({
      spec: z.looseObject({
        serviceAccountName: z.string().optional(),
        containers: z.array(z.looseObject({ args: z.array(z.string()).optional() })),
      }),
    }),
  }),
  status: z
    .looseObject({
      conditions: z
        .array(z.looseObject({ type: z.string(), status: z.string(), message: z.string().optional() }))
        .optional(),
    })
    .optional(),
});
export type Deployment = z.infer<typeof Deployment>;

export const Lease = z.looseObject({
  spec: z
    .looseObject({ holderIdentity: z.string().nullish(), renewTime: z.iso.datetime().nullish() })
    .nullish(),
});
export type Lease = z.infer<typeof Lease>;

/** Of a Secret only the certificate; its key is nobody's business here. */
export const CertificateSecret = z.looseObject({
  data: z.looseObject({ "tls.crt": z.string().optional() }).nullish(),
});
export type CertificateSecret = z.infer<typeof CertificateSecret>;

/** Whole, as the webhook reads it. */
export const ConfigMap = z.looseObject({ metadata: Metadata.extend({ namespace: z.string() }) });
export type ConfigMap = z.infer<typeof ConfigMap>;
