import { z } from "zod";

import { ApiObject } from "./api-object.ts";
import type { Cluster } from "./cluster.ts";
import { getObject, listObjects } from "./objects.ts";
import { resources } from "./resources.ts";

/** Where an object of a namespace is. */
export interface ObjectPlace {
  readonly namespace: string;
  readonly name: string;
}

const StringMap = z.record(z.string(), z.string());
const Port = z.looseObject({
  name: z.string().nullish(),
  port: z.number().nullish(),
  targetPort: z.union([z.string(), z.number()]).optional(),
});

const Service = ApiObject.extend({
  spec: z.looseObject({ selector: StringMap.optional(), ports: z.array(Port).default([]) }),
});
export type Service = z.infer<typeof Service>;

const Endpoint = z.looseObject({
  addresses: z.array(z.string()).default([]),
  // Absent, or null, means unknown, which counts as ready.
  conditions: z.looseObject({ ready: z.boolean().nullish() }).default({}),
});

const EndpointSlice = ApiObject.extend({
  endpoints: z.array(Endpoint).nullish(),
  ports: z.array(Port).nullish(),
});
export type EndpointSlice = z.infer<typeof EndpointSlice>;

const Deployment = ApiObject.extend({
  spec: z.looseObject({ replicas: z.number().optional() }),
  status: z
    .looseObject({
      readyReplicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
    })
    .optional(),
});
export type Deployment = z.infer<typeof Deployment>;

/** Reads a Service, nothing where there is none.
 * @throws {ClusterError} when it cannot be read
 */
export const readService = (cluster: Cluster, place: ObjectPlace): Promise<Service | undefined> =>
  getObject(cluster, { resource: resources.services, ...place, shape: Service });

/** Reads a Deployment, nothing where there is none.
 * @throws {ClusterError} when it cannot be read
 */
export const readDeployment = (cluster: Cluster, place: ObjectPlace): Promise<Deployment | undefined> =>
  getObject(cluster, { resource: resources.deployments, ...place, shape: Deployment });

/** Lists what stands behind a Service.
 * @throws {ClusterError} when it cannot be listed
 */
export async function listEndpointSlices(
  cluster: Cluster,
  { namespace, name }: ObjectPlace,
): Promise<readonly EndpointSlice[]> {
  const { objects } = await listObjects(cluster, {
    resource: resources.endpointSlices,
    namespace,
    labelSelector: `kubernetes.io/service-name=${name}`,
  });
  return objects.map((object) => EndpointSlice.parse(object));
}
