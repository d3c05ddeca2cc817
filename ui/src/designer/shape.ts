/** Types as mappings know them, read out of JSON Schemas as the server writes them (2020-12). */

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  const?: unknown;
  enum?: unknown[];
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  writeOnly?: boolean;
  "x-penstock-widget"?: string;
  "x-penstock-options-from"?: string;
  "x-penstock-group"?: string;
  "x-penstock-type"?: string;
  /** The input of the holding card of which this is an item. */
  "x-penstock-item-of"?: string;
}

export type Kind =
  | "text"
  | "number"
  | "boolean"
  | "date-time"
  | "object"
  | "list"
  | "file"
  | "null"
  | "any";

export type Step = string | number;
export type Path = readonly Step[];

const KINDS: Record<string, Kind> = {
  string: "text",
  number: "number",
  integer: "number",
  boolean: "boolean",
  object: "object",
  array: "list",
  null: "null",
};

/** What a value may be: alternatives of one kind each, references followed. None: anything. */
export interface Shape {
  alternatives: readonly Schema[];
  root: Schema;
  /** Fields of an object whose shapes come from elsewhere. */
  fields?: Readonly<Record<string, Shape>>;
}

export const ANYTHING: Shape = { alternatives: [], root: {} };

/** The shape that a schema describes; `root` holds the `$defs` it refers to. */
export function shapeOf(schema: Schema, root: Schema = schema): Shape {
  const found = flat(schema, root, []);
  return { alternatives: found.every(kindOf) ? found : [], root };
}

/** The shape of a flow input's declared type. */
export function shapeOfInput(type: string | undefined): Shape {
  const schemas: Record<string, Schema> = {
    number: { type: "number" },
    boolean: { type: "boolean" },
    "date-time": { type: "string", format: "date-time" },
    object: { type: "object", additionalProperties: true },
    list: { type: "array" },
    file: FILE,
  };
  return shapeOf(schemas[type ?? "text"] ?? { type: "string" });
}

const FILE: Schema = {
  type: "object",
  "x-penstock-type": "file",
  properties: {
    key: { type: "string" },
    name: { type: "string" },
    size: { type: "integer" },
    content_type: { anyOf: [{ type: "string" }, { type: "null" }] },
    sha256: { anyOf: [{ type: "string" }, { type: "null" }] },
  },
};

/** What `run` gives to mappings. */
export const RUN: Shape = shapeOf({
  type: "object",
  properties: {
    id: { type: "string", description: "The run's own id." },
    flow: { type: "string", description: "The flow's name." },
    version: { type: "integer", description: "The flow's version." },
    started_at: { type: "string", format: "date-time", description: "When the run began." },
    date: { type: "string", description: "The day on which the run began." },
  },
});

export function kinds(shape: Shape): Set<Kind> {
  const found = new Set(shape.alternatives.map((each) => kindOf(each) as Kind));
  return found.size ? found : new Set<Kind>(["any"]);
}

/** The kind that a shape has beside null; "any" where there are several. */
export function kindOfShape(shape: Shape): Kind {
  const found = kinds(shape);
  found.delete("null");
  const [only] = found;
  return found.size === 1 && only ? only : "any";
}

export function isNullable(shape: Shape): boolean {
  return kinds(shape).has("null");
}

export function present(shape: Shape): Shape {
  return {
    alternatives: shape.alternatives.filter((each) => kindOf(each) !== "null"),
    root: shape.root,
    fields: shape.fields,
  };
}

export function isSecret(shape: Shape): boolean {
  return shape.alternatives.some(
    (each) => each["x-penstock-widget"] === "secret" || each.writeOnly,
  );
}

/** The names of the fields that are known, in order. */
export function names(shape: Shape): string[] {
  return [...new Set(shape.alternatives.flatMap((each) => Object.keys(each.properties ?? {})))];
}

export function field(shape: Shape, name: string): Shape | null {
  const known = shape.fields?.[name];
  if (known) return known;
  return either(
    shape,
    shape.alternatives.map((each) => {
      const kind = kindOf(each);
      if (kind !== "object" && kind !== "file") return null;
      const own = each.properties?.[name];
      if (own) return own;
      const more = each.additionalProperties ?? !each.properties;
      return more === true ? {} : more || null;
    }),
  );
}

export function item(shape: Shape): Shape | null {
  return either(
    shape,
    shape.alternatives.map((each) => (kindOf(each) === "list" ? (each.items ?? {}) : null)),
  );
}

/** The shape that a path leads to, or null. What may be anything has every path. */
export function at(shape: Shape, path: Path): Shape | null {
  let here: Shape | null = shape;
  for (const step of path) {
    if (!here?.alternatives.length) return here;
    here = typeof step === "number" ? item(here) : field(here, step);
  }
  return here;
}

const WORDS: Record<Kind, string> = {
  text: "text",
  number: "number",
  boolean: "true/false",
  "date-time": "date",
  object: "object",
  list: "list",
  file: "file",
  null: "nothing",
  any: "anything",
};

/** As people say it, short: "text", "list of object", "number". */
export function said(shape: Shape, depth = 0): string {
  const kind = kindOfShape(shape);
  if (kind === "list" && depth < 2) {
    const inner = item(present(shape));
    if (inner?.alternatives.length) return `list of ${said(inner, depth + 1)}`;
  }
  return WORDS[kind];
}

/** `each`: it is a list, and one item of it would fit. */
export type Fit = "fits" | "maybe" | "each" | "no";

const FITS: Partial<Record<Kind, Kind[]>> = {
  text: ["text"],
  number: ["number", "text"],
  boolean: ["boolean", "text"],
  "date-time": ["date-time", "text"],
  object: ["object"],
  list: ["list"],
  file: ["file"],
};
const MAY_FIT: Partial<Record<Kind, Kind[]>> = { text: ["number", "boolean", "date-time"] };

/** The same as `suits`, but of a list whose items would fit it says so. */
export function fitOf(given: Shape, wanted: Shape): Fit {
  const whole = suits(given, wanted);
  if (whole !== "no" || kindOfShape(given) !== "list") return whole;
  const each = item(present(given));
  return each?.alternatives.length && suits(each, wanted) !== "no" ? "each" : "no";
}

/** Whether what a mapping gives can stand where `wanted` is; the server has the last word. */
export function suits(given: Shape, wanted: Shape, depth = 0): Fit {
  const offered = present(given).alternatives;
  if (!offered.length || !wanted.alternatives.length || depth > 4) return "fits";
  const found = offered.map((each) => fitOne(each, given.root, wanted, depth));
  if (found.every((each) => each === "fits")) return "fits";
  return found.every((each) => each === "no") ? "no" : "maybe";
}

function fitOne(one: Schema, root: Schema, wanted: Shape, depth: number): Fit {
  const kind = kindOf(one) ?? "any";
  const alike = wanted.alternatives.filter((each) => FITS[kind]?.includes(kindOf(each) ?? "any"));
  if (!alike.length) {
    const may = wanted.alternatives.some((each) => MAY_FIT[kind]?.includes(kindOf(each) ?? "any"));
    return may ? "maybe" : "no";
  }
  const given: Shape = { alternatives: [one], root };
  const target: Shape = { alternatives: alike, root: wanted.root };
  if (kind === "list") {
    const [inner, wantedInner] = [item(given), item(target)];
    return inner && wantedInner ? suits(inner, wantedInner, depth + 1) : "fits";
  }
  if (kind === "object" && names(target).length) {
    const have = new Set(names(given));
    const needed = alike[0]?.required ?? [];
    if (have.size && needed.some((name) => !have.has(name))) return "no";
    const open = alike.some((each) => each.additionalProperties !== false);
    if (!open && [...have].some((name) => !names(target).includes(name))) return "no";
  }
  return "fits";
}

export function kindOf(schema: Schema): Kind | undefined {
  if (schema["x-penstock-type"] === "file") return "file";
  const kind = typeof schema.type === "string" ? KINDS[schema.type] : undefined;
  if (!kind && schema.properties) return "object";
  if (kind === "text" && schema.format === "date-time") return "date-time";
  return kind;
}

function either(shape: Shape, found: (Schema | null)[]): Shape | null {
  if (!shape.alternatives.length) return ANYTHING;
  const shapes = found.filter((each) => each !== null).map((each) => shapeOf(each, shape.root));
  if (!shapes.length) return null;
  if (shapes.some((each) => !each.alternatives.length)) return ANYTHING;
  return { alternatives: shapes.flatMap((each) => each.alternatives), root: shape.root };
}

function flat(schema: Schema, root: Schema, seen: string[]): Schema[] {
  if (schema.$ref !== undefined) {
    const { $ref, ...rest } = schema;
    if (seen.includes($ref)) return [{}];
    const target = root.$defs?.[$ref.replace("#/$defs/", "")] ?? {};
    return flat(target, root, [...seen, $ref]).map((each) => ({ ...each, ...rest }));
  }
  const ways = schema.anyOf ?? schema.oneOf;
  if (ways) {
    const hints = Object.fromEntries(
      Object.entries(schema).filter(([name]) => name.startsWith("x-penstock-")),
    );
    return ways.flatMap((each) =>
      flat(each, root, seen).map((one) => ({ ...one, ...(one.type === "null" ? {} : hints) })),
    );
  }
  if (Array.isArray(schema.type)) return schema.type.map((type) => ({ ...schema, type }));
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (schema.type === undefined && values) {
    return [...new Set(values.map((each) => (each === null ? "null" : typeof each)))].map(
      (type) => ({ ...schema, type }),
    );
  }
  return [schema];
}
