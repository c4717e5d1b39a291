import { z } from "zod";

/** A part of a schema: where it stands, what it accepts, and what its author says about it. */
export interface Part {
  readonly path: string;
  readonly accepted: string;
  readonly about: string;
}

// Deeper than this a table explains nothing that Kubernetes' own reference does not explain better.
const MAX_PARTS = 30;

/** What a schema accepts, in words; a leaf's own words are in its complaint about a value that nothing accepts. */
export function accepted(schema: z.ZodType): string {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject)
    return `a map with ${Object.keys(membersOf(inner))
      .map((key) => `\`${key}\``)
      .join(", ")}`;
  if (inner instanceof z.ZodArray) return `a list, each item ${accepted(elementOf(inner))}`;
  if (inner instanceof z.ZodRecord)
    return `a map; each key ${complaint(keyOf(inner), "\0")}; each value ${accepted(valueOf(inner))}`;
  return complaint(inner, Symbol("nothing accepts this"));
}

/** The members of a schema and of what stands inside them; the schema itself where it has none. */
export function parts(schema: z.ZodType, path: string): Part[] {
  const all = walk(schema, path);
  return all.length <= MAX_PARTS ? all : walk(schema, path, 1);
}

/** The members of a map's schema. */
export function membersOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  const inner = unwrapped(schema);
  // The shape of a map in this project is made of such schemas only.
  return inner instanceof z.ZodObject ? inner.shape : {};
}

/** The members of the map that is one of a union's forms. */
export function partsOfMapForm(union: z.ZodType, path: string): Part[] {
  const inner = unwrapped(union);
  const forms = inner instanceof z.ZodUnion ? (inner.options as z.ZodType[]) : [inner];
  return forms.filter((form) => unwrapped(form) instanceof z.ZodObject).flatMap((form) => parts(form, path));
}

function walk(schema: z.ZodType, path: string, depth = Infinity): Part[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject && depth > 0)
    return Object.entries(membersOf(inner)).flatMap(([key, member]) =>
      walk(member, path === "" ? key : `${path}.${key}`, depth - 1),
    );
  if (inner instanceof z.ZodArray && unwrapped(elementOf(inner)) instanceof z.ZodObject)
    return walk(elementOf(inner), `${path}[]`, depth);
  const words = depth > 0 ? accepted(schema) : "as Kubernetes has it";
  return [{ path, accepted: words, about: aboutPart(schema, path) }];
}

/** What its author says, and that it must be there where that is so inside the items of a list. */
function aboutPart(schema: z.ZodType, path: string): string {
  const isRequired = path.includes("[].") && !schema.safeParse(undefined).success;
  return [isRequired ? "Required." : "", schema.description ?? ""].join(" ").trim();
}

/** Without the wrappers that change nothing about what is accepted. */
function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional) return unwrapped(schema.unwrap() as z.ZodType);
  if (!(schema instanceof z.ZodPipe)) return schema;
  const [source, target] = [schema.in as z.ZodType, schema.out as z.ZodType];
  // Something is made ready for a schema, or a leaf reads whatever comes, or what a schema took is made into something.
  if (source instanceof z.ZodTransform) return unwrapped(target);
  return source instanceof z.ZodUnknown ? schema : unwrapped(source);
}

const elementOf = (list: z.ZodArray): z.ZodType => list.element as z.ZodType;
const keyOf = (map: z.ZodRecord): z.ZodType => map.keyType as z.ZodType;
const valueOf = (map: z.ZodRecord): z.ZodType => map.valueType as z.ZodType;

function complaint(schema: z.ZodType, value: unknown): string {
  const message = schema.safeParse(value).error?.issues[0]?.message;
  if (message === undefined) return "anything that Kubernetes takes there";
  return message.replace(/^is not /, "").replace(/ from -?9007199254740991 to 9007199254740991$/, "");
}
