import { matchesGlob } from "./glob.ts";

/** An image reference with nothing left to be guessed; one with neither tag nor digest was given `latest`. */
export interface Image {
  readonly registry: string;
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

interface Reference {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const HUB = "docker.io";
const LEGACY_HUB = "index.docker.io";
const DEFAULT_TAG = "latest";
const ANY = "*";

// A host has 253 characters, a port 6, a repository 255, a tag 129, a digest 136: no name that works is longer.
const MAX_LENGTH = 1024;
const MAX_REPOSITORY = 255;

// https://github.com/distribution/reference/blob/v0.6.0/regexp.go
const REGISTRY =
  /^(?:[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*|\[[a-fA-F0-9:]+\])(?::\d+)?$/;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;
const IDENTIFIER = /^[a-f0-9]{64}$/;

/** The image that a reference names, completed as Docker does: `alpine` is `docker.io/library/alpine:latest`. */
export function parseImage(text: string): Image | undefined {
  if (text.length > MAX_LENGTH || IDENTIFIER.test(text)) return undefined;
  const reference = splitReference(text);
  return isValid(reference) ? complete(reference) : undefined;
}

/** The full reference of an image, fit to be compared or shown. */
export function formatImage({ registry, repository, tag, digest }: Image): string {
  return `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/**
 * Whether a pattern covers an image; what is no image reference is covered by none. The pattern is completed like an
 * image, then registry, repository and tag are compared one by one, so that no `*` reaches from one into the next:
 *
 * | pattern        | covers                                                                            |
 * | -------------- | --------------------------------------------------------------------------------- |
 * | `*`            | every image                                                                       |
 * | `docker.io/*`  | every image of Docker Hub                                                         |
 * | `ci*-x/y`      | of Docker Hub: a first part without dot, colon or capital is no registry, nor `*` |
 * | `*.acme.io/x`  | `x` of each such registry, tag `latest`                                           |
 * | `acme.io/ci/x` | tag `latest`, no digest                                                           |
 * | `acme.io/ci/*` | any tag, any digest                                                               |
 * | `…/x:v1*`      | such tags, no digest: nobody checks that a digest is what the tag beside it says  |
 * | `…/x:*`        | any tag, any digest                                                               |
 * | `…/x@sha256:…` | that digest, whatever tag stands beside it                                        |
 */
export function matchesImage(pattern: string, image: string): boolean {
  const actual = parseImage(image);
  if (actual === undefined) return false;
  const wanted = splitReference(pattern);
  return (
    matchesGlob(wanted.registry, actual.registry) &&
    matchesGlob(wanted.repository, actual.repository) &&
    matchesVersion(wanted, actual)
  );
}

/** Registry and repository of an image in one text; nothing of what is no image reference. */
export function repositoryOf(image: string): string | undefined {
  const actual = parseImage(image);
  return actual === undefined ? undefined : `${actual.registry}/${actual.repository}`;
}

/** A glob that covers the `repositoryOf` every image that the pattern covers, and that of some others. */
export function repositoryPattern(pattern: string): string {
  const { registry, repository } = splitReference(pattern);
  return `${registry}/${repository}`;
}

/** Whether a pattern may cover an image. Where it says no, there is none. */
export function mayCoverImage(pattern: string): boolean {
  const { registry, repository, tag = DEFAULT_TAG, digest } = splitReference(pattern);
  return (
    mayBe(registry, REGISTRY, /^[-.:[\]A-Za-z0-9*]+$/) &&
    (repository.includes(ANY) ? /^[-._/a-z0-9*]+$/.test(repository) : isRepository(repository)) &&
    mayBe(tag, TAG, /^[\w*][-.\w*]*$/) &&
    (digest === undefined || mayBe(digest, DIGEST, /^[a-z0-9:*]+$/))
  );
}

const mayBe = (pattern: string, whole: RegExp, characters: RegExp): boolean =>
  (pattern.includes(ANY) ? characters : whole).test(pattern);

/** Whether a pattern names a repository and neither tag nor digest, so that of all tags it covers `latest` alone. */
export function coversLatestOnly(pattern: string): boolean {
  const { repository, tag, digest } = splitReference(pattern);
  return tag === undefined && digest === undefined && !repository.endsWith(ANY);
}

const isValid = ({ registry, repository, tag, digest }: Reference): boolean =>
  REGISTRY.test(registry) &&
  isRepository(repository) &&
  (tag === undefined || TAG.test(tag)) &&
  (digest === undefined || DIGEST.test(digest));

function complete({ registry, repository, tag, digest }: Reference): Image {
  if (digest === undefined) return { registry, repository, tag: tag ?? DEFAULT_TAG };
  return tag === undefined ? { registry, repository, digest } : { registry, repository, tag, digest };
}

function matchesVersion(wanted: Reference, { tag, digest }: Image): boolean {
  if (wanted.digest !== undefined) return digest !== undefined && matchesGlob(wanted.digest, digest);
  const wantedTag = wanted.tag ?? (wanted.repository.endsWith(ANY) ? ANY : DEFAULT_TAG);
  if (digest !== undefined || tag === undefined) return wantedTag === ANY;
  return matchesGlob(wantedTag, tag);
}

function splitReference(text: string): Reference {
  const [named, digest] = cut(text, "@");
  const [registry, remainder] = splitRegistry(named);
  const [path, tag] = cut(remainder, ":");
  const isOfficial = registry === HUB && !path.includes("/") && path !== ANY;
  return { registry, repository: isOfficial ? `library/${path}` : path, tag, digest };
}

// https://github.com/distribution/reference/blob/v0.6.0/normalize.go#L143
function splitRegistry(name: string): [registry: string, remainder: string] {
  const [first, rest] = cut(name, "/");
  if (rest === undefined) return [cut(name, ":")[0] === ANY ? ANY : HUB, name];
  if (first === LEGACY_HUB) return [HUB, rest];
  return isRegistry(first) ? [first, rest] : [HUB, name];
}

const isRegistry = (text: string): boolean =>
  text === "localhost" || /[.:]/.test(text) || text !== text.toLowerCase();

const isRepository = (text: string): boolean =>
  text.length <= MAX_REPOSITORY && text.split("/").every((component) => PATH_COMPONENT.test(component));

function cut(text: string, separator: string): [before: string, after: string | undefined] {
  const index = text.indexOf(separator);
  return index === -1 ? [text, undefined] : [text.slice(0, index), text.slice(index + separator.length)];
}
