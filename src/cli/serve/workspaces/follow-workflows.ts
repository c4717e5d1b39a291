import { type ApiObject } from "../../../adapters/cluster/api-object.ts";
import { type Cluster } from "../../../adapters/cluster/cluster.ts";
import { type Resource, resources } from "../../../adapters/cluster/resources.ts";
import { watchObjects } from "../../../adapters/cluster/watch-objects.ts";
import { type Situation } from "../../../workspace/plan-workspaces.ts";
import { readWorkflowPod, WORKFLOW_LABEL } from "../../../workspace/workflow-pod.ts";
import { readWorkspaceClaim } from "../../../workspace/workspace-claim.ts";
import { type Reports } from "../reports.ts";

/** The Pods and claims of all workflows, kept up to date. */
export interface FollowedWorkflows {
  /** Nothing until both were read once. */
  readonly situation: () => Situation | undefined;
  readonly close: () => void;
}

/** Watches the Pods that have a workspace, and the claims that are one, in all namespaces. No others: RBAC cannot select by
 * label, but the API server sends what it is asked for. */
export function followWorkflows(
  cluster: Cluster,
  { clusterProblem, defect }: Pick<Reports, "clusterProblem" | "defect">,
  onChange: () => void,
): FollowedWorkflows {
  const watch = (resource: Resource, onObjects: (objects: readonly ApiObject[]) => void) =>
    watchObjects(
      cluster,
      { resource, labelSelector: WORKFLOW_LABEL },
      {
        onChange: (objects) => {
          onObjects([...objects.values()]);
          onChange();
        },
        onProblem: clusterProblem(resource.plural),
        onDefect: (error) => {
          defect({ error });
        },
      },
    );
  let pods: Situation["pods"] | undefined;
  let claims: Pick<Situation, "claims" | "foreign"> | undefined;
  const readPod = remembering(readWorkflowPod);
  const readClaim = remembering(readWorkspaceClaim);
  const watches = [
    watch(resources.pods, (objects) => {
      pods = objects.flatMap((object) => readPod(object) ?? []);
    }),
    watch(resources.persistentVolumeClaims, (objects) => {
      claims = {
        claims: objects.flatMap((object) => readClaim(object) ?? []),
        foreign: new Set(objects.filter((object) => readClaim(object) === undefined).map(keyOfObject)),
      };
    }),
  ];
  return {
    situation: () => (pods === undefined || claims === undefined ? undefined : { pods, ...claims }),
    close: () => {
      for (const one of watches) one.close();
    },
  };
}

const keyOfObject = ({ metadata: { namespace = "", name } }: ApiObject): string => `${namespace}/${name}`;

/** Reads each version of an object once. */
function remembering<Read>(read: (object: ApiObject) => Read): (object: ApiObject) => Read {
  const known = new WeakMap<ApiObject, { readonly value: Read }>();
  return (object) => {
    const { value } = known.get(object) ?? { value: read(object) };
    known.set(object, { value });
    return value;
  };
}
