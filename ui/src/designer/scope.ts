/** What can be referred to at one place of a flow, and which inputs a value can go to. */
import type { CardDetail } from "../api/client";
import type { CardPath, FlowDocument } from "./document";
import { earlierCards, everyCard } from "./document";
import { type Field, fieldsOf } from "./form";
import { dotted, type Reference } from "./mapping";
import {
  field,
  isNullable,
  item,
  kindOfShape,
  names,
  type Path,
  present,
  RUN,
  type Schema,
  type Shape,
  shapeOf,
  shapeOfInput,
} from "./shape";

export type Catalog = ReadonlyMap<string, CardDetail>;

/** One value that can be referred to. */
export interface Source {
  reference: Reference;
  /** `objects`, or `first item › key` inside. */
  label: string;
  /** With what holds it: `objects › first item › key`. */
  trail: string;
  help: string;
  shape: Shape;
  depth: number;
}

export interface SourceGroup {
  root: string;
  title: string;
  sources: Source[];
}

const DEEPEST = 3;
/** Said of every answer of AWS, and seldom of use. */
export const SELDOM: ReadonlySet<string> = new Set(["status_code", "request_charged"]);

/** What `root` gives, inner values after the ones that hold them. */
export function sourcesOf(root: string, shape: Shape): Source[] {
  // A shape that is all of its schema: what a card gives, the same for each use of the card.
  const whole = shape.alternatives[0] === shape.root;
  const known = (whole && KNOWN.get(shape.root)) || inner("", [], shape, 0);
  if (whole) KNOWN.set(shape.root, known);
  return known.map((each) => ({ ...each, reference: { root, path: each.reference.path } }));
}

const KNOWN = new WeakMap<Schema, Source[]>();

function inner(root: string, path: Path, shape: Shape, depth: number, holds = ""): Source[] {
  if (depth > DEEPEST) return [];
  const held = present(shape);
  const named = names(held).map((name) => ({ name, found: field(held, name) }));
  const usual = ({ name, found }: (typeof named)[number]) =>
    SELDOM.has(name) ? 2 : found && isNullable(found) ? 1 : 0;
  // What is always there and most likely meant comes first.
  if (depth === 0) named.sort((first, second) => usual(first) - usual(second));
  return named.flatMap(({ name, found }) => {
    return found ? one(root, [...path, name], name, found, depth, holds) : [];
  });
}

function one(
  root: string,
  path: Path,
  label: string,
  shape: Shape,
  depth: number,
  holds: string,
): Source[] {
  const help = shape.alternatives.find((each) => each.description)?.description ?? "";
  const trail = holds ? `${holds} › ${label}` : label;
  const source: Source = { reference: { root, path }, label, trail, help, shape, depth };
  const held = present(shape);
  const kind = kindOfShape(shape);
  if (kind === "list" && depth < DEEPEST) {
    const within = item(held);
    if (!within?.alternatives.length) return [source];
    return [source, ...one(root, [...path, 0], FIRST, within, depth + 1, trail)];
  }
  return [source, ...inner(root, path, held, depth + 1, trail)];
}

const FIRST = "first item";

export function startShape(document: FlowDocument): Shape {
  const properties = Object.fromEntries(
    Object.entries(document.start?.inputs ?? {}).map(([name, input]) => [
      name,
      {
        ...(shapeOfInput(input.type).alternatives[0] ?? {}),
        description: input.help ?? input.title ?? "",
      } satisfies Schema,
    ]),
  );
  return shapeOf({ type: "object", properties, additionalProperties: false });
}

export function outputsShape(card: CardDetail | undefined): Shape {
  return card ? shapeOf(card.outputs as Schema) : { alternatives: [], root: {} };
}

/** Everything that has a value when the card at `path` runs: nearest card first. */
export function scopeAt(
  document: FlowDocument,
  path: CardPath,
  catalog: Catalog,
  titles: { start: string; run: string },
): SourceGroup[] {
  const cards = earlierCards(document, path).map((use) => ({
    root: use.id,
    title: `${catalog.get(use.card)?.title ?? use.card} · ${use.id}`,
    sources: sourcesOf(use.id, outputsShape(catalog.get(use.card))),
  }));
  return [
    ...cards.reverse(),
    { root: "start", title: titles.start, sources: sourcesOf("start", startShape(document)) },
    { root: "run", title: titles.run, sources: sourcesOf("run", RUN) },
  ].filter((group) => group.sources.length);
}

/** The shape of what a reference leads to, or null where that is not known. */
export function shapeAt(
  document: FlowDocument,
  catalog: Catalog,
  { root, path }: Reference,
): Shape | null {
  let here: Shape | null =
    root === "start"
      ? startShape(document)
      : root === "run"
        ? RUN
        : outputsShape(
            catalog.get(
              everyCard(document.cards).find(({ use }) => use.id === root)?.use.card ?? "",
            ),
          );
  for (const step of path) {
    if (!here) return null;
    here = typeof step === "number" ? item(here) : field(here, step);
  }
  return here;
}

/** An input that a value can go to. */
export interface Target {
  path: CardPath;
  /** Names that lead to it: `source`, `bucket`. */
  input: readonly string[];
  label: string;
  help: string;
  field: Field;
  value: unknown;
}

export interface TargetGroup {
  title: string;
  targets: Target[];
}

/** The inputs of every card that runs after `root`, groups opened. */
export function targetsAfter(
  document: FlowDocument,
  root: string,
  catalog: Catalog,
): TargetGroup[] {
  return everyCard(document.cards).flatMap(({ use, path }) => {
    const known =
      root === "start" ||
      root === "run" ||
      earlierCards(document, path).some((one) => one.id === root);
    const card = catalog.get(use.card);
    if (!known || !card) return [];
    const targets = targetsOf(path, fieldsOf(card.inputs as Schema), use.inputs ?? {}, []);
    return [{ title: `${card.title} · ${use.id}`, targets }];
  });
}

function targetsOf(
  path: CardPath,
  fields: readonly Field[],
  values: Record<string, unknown>,
  within: readonly string[],
): Target[] {
  return fields.flatMap((each) => {
    const input = [...within, each.name];
    const value = values[each.name];
    const [control] = each.controls;
    if (each.controls.length === 1 && control.kind === "group" && control.fields) {
      const held = typeof value === "object" && value !== null ? value : {};
      return targetsOf(path, control.fields, held as Record<string, unknown>, input);
    }
    const label = input.length > 1 ? `${within.join(" › ")} › ${each.label}` : each.label;
    return [{ path, input, label, help: each.help, field: each, value }];
  });
}

/** Inputs with `value` at the names that lead to it. */
export function withValue(
  inputs: Record<string, unknown>,
  [name, ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  if (name === undefined) return inputs;
  const held = inputs[name];
  const inside = typeof held === "object" && held !== null ? (held as Record<string, unknown>) : {};
  return { ...inputs, [name]: rest.length ? withValue(inside, rest, value) : value };
}

/** What a reference is called where it is used: `objects[0].key`. */
export function nameOf({ path, root }: Reference): string {
  return path.length ? dotted(path).replace(/^\./, "") : root;
}
