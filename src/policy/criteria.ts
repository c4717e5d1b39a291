import { stepContainer } from "../kubernetes/containers.ts";
import { type Handle, handlesOf } from "../kubernetes/glob-index.ts";
import { repositoryOf, repositoryPattern } from "../kubernetes/image.ts";
import { type Pod } from "../kubernetes/pod.ts";
import { labelPatterns, type ReviewFacts } from "./match.ts";
import { type Match } from "./policy-document.ts";

/** What a policy demands of one of a Pod's values: that one of the patterns covers it. Each pattern as its handles. */
export interface Criterion {
  /** What of the Pod it is about: `user`, `namespace`, `image`, or `label` and its key. */
  readonly about: string;
  readonly patterns: readonly (readonly Handle[])[];
}

/** What `match` demands, in the order in which one is preferred where two set a policy equally far apart. */
export function criteriaOf(match: Match): Criterion[] {
  const { users, namespaces, images } = match;
  const given: [about: string, patterns: readonly string[] | undefined][] = [
    ["user", users],
    ...labelPatterns(match).map(([key, patterns]): [string, readonly string[]] => [
      aboutLabel(key),
      patterns,
    ]),
    ["namespace", namespaces],
    ["image", images?.map(repositoryPattern)],
  ];
  return given.flatMap(([about, patterns]) =>
    patterns === undefined ? [] : [{ about, patterns: patterns.map(handlesOf) }],
  );
}

/** The values of a Pod that criteria are about. The image is taken apart only where that `isAsked`. */
export function valuesOf(
  pod: Pod,
  { user, namespace }: ReviewFacts,
  isAsked: (about: string) => boolean,
): [about: string, value: string][] {
  const image = isAsked("image") ? stepContainer(pod).container.image : undefined;
  const repository = image === undefined ? undefined : repositoryOf(image);
  const labels = Object.entries(pod.metadata?.labels ?? {});
  return [
    ...(user === undefined ? [] : [["user", user] as [string, string]]),
    ["namespace", namespace],
    ...labels.map(([key, value]): [string, string] => [aboutLabel(key), value]),
    ...(repository === undefined ? [] : [["image", repository] as [string, string]]),
  ];
}

const aboutLabel = (key: string): string => `label ${key}`;
