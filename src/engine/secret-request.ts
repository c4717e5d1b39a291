import { placeOf } from "./same-place.ts";

/** A Secret and what the step container gets of it. */
export interface SecretRequest {
  readonly name: string;
  readonly key?: string | undefined;
  readonly target?: { readonly env?: string | undefined; readonly file?: string | undefined } | undefined;
}

/** The variable or the mount path that a secret goes to; nothing for one that brings all its keys. */
export function placeOfSecret({ key, target }: SecretRequest): string | undefined {
  if (target?.file !== undefined) return `file ${placeOf(target.file)}`;
  const variable = target?.env ?? key?.toUpperCase();
  return variable === undefined ? undefined : `variable ${variable}`;
}
