import { cards } from "../texts/cards";

const words = cards.types;

/** A JSON Schema, as far as cards' models use it. */
export interface CardSchema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  format?: string;
  properties?: Record<string, CardSchema>;
  required?: string[];
  items?: CardSchema;
  additionalProperties?: boolean | CardSchema;
  anyOf?: CardSchema[];
  oneOf?: CardSchema[];
  $ref?: string;
  $defs?: Record<string, CardSchema>;
  "x-penstock-type"?: string;
}

/** A field as a card's page tells of it. */
export interface Field {
  name: string;
  title: string;
  type: string;
  help: string;
  required: boolean;
  /** As JSON; undefined where being left out means nothing in particular. */
  otherwise?: string;
  choices: string[];
  /** Of an object, or of each object in a list. */
  fields: Field[];
}

const DEEPEST = 4;

/** The fields of an object's schema, in order. */
export function fieldsOf(schema: CardSchema, root: CardSchema = schema, depth = 0): Field[] {
  const own = followed(schema, root);
  return Object.entries(own.properties ?? {}).map(([name, property]) => {
    const alternatives = alternativesOf(property, root);
    return {
      name,
      title: property.title ?? name,
      type: typeOf(property, root),
      help:
        property.description ?? alternatives.find((each) => each.description)?.description ?? "",
      required: own.required?.includes(name) ?? false,
      otherwise: defaultOf(property),
      choices: alternatives.flatMap(choicesOf),
      fields: depth < DEEPEST ? nested(alternatives, root, depth) : [],
    };
  });
}

function nested(alternatives: CardSchema[], root: CardSchema, depth: number): Field[] {
  for (const each of alternatives) {
    if (each["x-penstock-type"] === "file") return [];
    if (each.properties) return fieldsOf(each, root, depth + 1);
    if (each.items) {
      const found = nested(alternativesOf(each.items, root), root, depth);
      if (found.length) return found;
    }
  }
  return [];
}

/** A type as a person says it: "list of object", "text or number". */
export function typeOf(schema: CardSchema, root: CardSchema): string {
  const said = alternativesOf(schema, root)
    .filter((each) => each.type !== "null")
    .map((each) => wordOf(each, root));
  return [...new Set(said)].join(words.or) || words.any;
}

function wordOf(schema: CardSchema, root: CardSchema): string {
  if (schema["x-penstock-type"] === "file") return words.file;
  switch (schema.type) {
    case "string":
      return schema.format === "date-time" ? words["date-time"] : words.text;
    case "integer":
    case "number":
      return words.number;
    case "boolean":
      return words.boolean;
    case "array":
      return schema.items ? words.listOf(typeOf(schema.items, root)) : words.list;
    case "object": {
      const { additionalProperties: rest } = schema;
      return !schema.properties && typeof rest === "object" && Object.keys(rest).length
        ? words.mapOf(typeOf(rest, root))
        : words.object;
    }
    default:
      return schema.enum || schema.const !== undefined ? words.text : words.any;
  }
}

/** What a value may be, references followed. */
function alternativesOf(schema: CardSchema, root: CardSchema): CardSchema[] {
  const own = followed(schema, root);
  const choices = own.anyOf ?? own.oneOf;
  return choices ? choices.flatMap((each) => alternativesOf(each, root)) : [own];
}

function followed(schema: CardSchema, root: CardSchema): CardSchema {
  let found = schema;
  // A schema that refers to itself alone would go on for ever.
  for (let step = 0; found.$ref && step < 20; step += 1) {
    const name = found.$ref.split("/").at(-1) ?? "";
    const { $ref: _, ...own } = found;
    found = { ...root.$defs?.[name], ...own };
  }
  return found;
}

function choicesOf(schema: CardSchema): string[] {
  if (schema.const !== undefined && schema.const !== null) return [String(schema.const)];
  return (schema.enum ?? []).filter((each) => each !== null).map(String);
}

function defaultOf({ default: value }: CardSchema): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  const text = JSON.stringify(value);
  return text === "{}" || text === "[]" ? undefined : text;
}
