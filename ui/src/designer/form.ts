/** What a JSON Schema asks for, as the controls of a form. */
import { isNullable, kindOf, type Schema, type Shape, shapeOf } from "./shape";

export interface Control {
  kind:
    | "text"
    | "multiline"
    | "secret"
    | "number"
    | "boolean"
    | "choice"
    | "date-time"
    | "region"
    | "file"
    | "list"
    | "pairs"
    | "group"
    | "any";
  /** Of a choice. */
  options?: readonly unknown[];
  /** Of a group. */
  fields?: readonly Field[];
  /** Of a list: what each item is; of pairs: what each value is. */
  item?: Field;
  integer?: boolean;
  /** Of a text: what kind of names a connection offers for it. */
  offers?: string;
}

export interface Field {
  name: string;
  label: string;
  help: string;
  required: boolean;
  default: unknown;
  shape: Shape;
  /** More than one where a value may be of several kinds. */
  controls: readonly [Control, ...Control[]];
}

const DEEPEST = 5;

/** The fields of an object's schema, in its order. */
export function fieldsOf(schema: Schema, root: Schema = schema, depth = 0): Field[] {
  const seen = new Set<string>();
  const fields: Field[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    // `Key` beside `key`: AWS's spelling of the same, for documents written by hand.
    if (seen.has(name.toLowerCase())) continue;
    seen.add(name.toLowerCase());
    fields.push(fieldOf(name, property, (schema.required ?? []).includes(name), root, depth));
  }
  return fields;
}

export function fieldOf(
  name: string,
  property: Schema,
  required: boolean,
  root: Schema,
  depth = 0,
): Field {
  const shape = shapeOf(property, root);
  const first = shape.alternatives[0];
  // A schema may hold itself: past some depth it is edited as JSON.
  const known = depth <= DEEPEST ? shape.alternatives : [];
  const controls = known
    .filter((each) => kindOf(each) !== "null")
    .map((each) => controlOf(each, root, depth));
  return {
    name,
    label: property.title ?? first?.title ?? words(name),
    help: property.description ?? first?.description ?? "",
    required,
    default: property.default ?? undefined,
    shape,
    controls: merged(controls.length ? controls : [{ kind: "any" }]),
  };
}

/** Whether a field may be empty: nothing is then said of it. */
export function isOptional(each: Field): boolean {
  return !each.required || isNullable(each.shape);
}

function controlOf(schema: Schema, root: Schema, depth: number): Control {
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (values) return { kind: "choice", options: values.filter((each) => each !== null) };
  switch (kindOf(schema)) {
    case "number":
      return { kind: "number", integer: schema.type === "integer" };
    case "boolean":
      return { kind: "boolean" };
    case "date-time":
      return { kind: "date-time" };
    case "file":
      return { kind: "file" };
    case "list":
      return { kind: "list", item: fieldOf("item", schema.items ?? {}, true, root, depth + 1) };
    case "object": {
      if (schema.properties) return { kind: "group", fields: fieldsOf(schema, root, depth + 1) };
      const more = schema.additionalProperties;
      const value = typeof more === "object" ? more : {};
      return { kind: "pairs", item: fieldOf("value", value, true, root, depth + 1) };
    }
    case "text": {
      const widget = schema["x-penstock-widget"] ?? "";
      const offers = widget === "options" ? schema["x-penstock-options-from"] : undefined;
      return { kind: WIDGETS[widget] ?? "text", ...(offers ? { offers } : {}) };
    }
    default:
      return { kind: "any" };
  }
}

const WIDGETS: Record<string, Control["kind"]> = {
  multiline: "multiline",
  bytes: "multiline",
  secret: "secret",
  region: "region",
  "date-time": "date-time",
};

/** Several sets of words to choose from are one. */
function merged(controls: Control[]): [Control, ...Control[]] {
  const choices = controls.filter((each) => each.kind === "choice");
  const rest = controls.filter((each) => each.kind !== "choice");
  if (choices.length) {
    rest.unshift({ kind: "choice", options: choices.flatMap((each) => each.options ?? []) });
  }
  return rest as [Control, ...Control[]];
}

/** The control that fits a value which is there; the first one otherwise. */
export function controlFor(each: Field, value: unknown): Control {
  const fits = each.controls.find((control) => holds(control, value));
  return fits ?? (value === undefined || value === null ? each.controls[0] : { kind: "any" });
}

function holds(control: Control, value: unknown): boolean {
  switch (control.kind) {
    case "choice":
      return control.options?.includes(value) ?? false;
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "list":
      return Array.isArray(value);
    case "group":
    case "pairs":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "file":
      return false;
    case "any":
      return true;
    default:
      return typeof value === "string";
  }
}

/** What a list begins a new item with. */
export function emptyOf(each: Field): unknown {
  switch (each.controls[0].kind) {
    case "number":
      return 0;
    case "boolean":
      return false;
    case "list":
      return [];
    case "group":
      return Object.fromEntries(
        (each.controls[0].fields ?? [])
          .filter((inner) => inner.required)
          .map((inner) => [inner.name, emptyOf(inner)]),
      );
    case "pairs":
      return {};
    case "choice":
      return each.controls[0].options?.[0] ?? "";
    case "any":
      return null;
    default:
      return "";
  }
}

function words(name: string): string {
  const said = name.replaceAll("_", " ");
  return said.charAt(0).toUpperCase() + said.slice(1);
}
