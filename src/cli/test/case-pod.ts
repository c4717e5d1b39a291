import { BACKEND_OPTIONS } from "../../engine/annotations.ts";
import { stepContainer } from "../../kubernetes/containers.ts";
import { type EnvVar, type Pod } from "../../kubernetes/pod.ts";
import { isMap } from "../../text/is-map.ts";
import { type Case } from "./case-file.ts";
import { optionsText } from "./options-text.ts";

const NAME = "wp-step";
const IMAGE = "docker.io/library/alpine:3";

type Tree = Readonly<Record<string, unknown>>;

/** The Pod that an agent would create, with one container named like it, with what a case says beyond that; it may be no Pod yet. */
export function withDefaults(fragment: Tree): Tree {
  const metadata = { name: NAME, ...mapAt(fragment, "metadata") };
  const containers = [{ name: metadata.name, image: IMAGE }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    ...fragment,
    metadata,
    spec: { containers, ...mapAt(fragment, "spec") },
  };
}

/** The Pod of a case: a Pod with the image, variables, labels, annotations and options that the case gives it. */
export function casePod(pod: Pod, { image, env = {}, labels, annotations, options }: Case): Pod {
  const { list, path, container } = stepContainer(pod);
  const given = Object.entries(env).map(([name, value]) => ({ name, value }));
  const step = {
    ...container,
    ...(image === undefined ? {} : { image }),
    ...(given.length === 0 ? {} : { env: [...others(container.env, env), ...given] }),
  };
  const asking = options === undefined ? {} : { [BACKEND_OPTIONS]: optionsText(options) };
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...joined("labels", pod.metadata?.labels, labels),
      ...joined("annotations", pod.metadata?.annotations, { ...annotations, ...asking }),
    },
    spec: { ...pod.spec, [list]: pod.spec[list]?.with(path[2], step) },
  };
}

const mapAt = (tree: Tree, key: string): Tree => (isMap(tree[key]) ? tree[key] : {});

const others = (present: readonly EnvVar[] = [], env: Tree): EnvVar[] =>
  present.filter(({ name }) => !Object.hasOwn(env, name));

/** Nobody writes an empty map. */
function joined(key: string, own: Tree = {}, more: Tree = {}): Tree {
  return Object.keys({ ...own, ...more }).length === 0 ? {} : { [key]: { ...own, ...more } };
}
