/** What can be referred to at one place of a flow. */
import type { CardDetail } from "../api/client";
import type { CardPath, CardUse, FlowDocument } from "./document";
import { earlierCards, holdersOf, leadsInto } from "./document";
import { dotted, loneReference, type Reference } from "./mapping";
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
  const whole = shape.alternatives[0] === shape.root && !shape.fields;
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

/** A place in a card for further cards. */
export type BlockOf = CardDetail["blocks"][number];

/** The blocks of a card: those that it has, then those that only the document says it has. */
export function blocksOf(use: CardUse, card: CardDetail | undefined): BlockOf[] {
  const known = card?.blocks ?? [];
  const named = Object.keys(use.blocks ?? {});
  const others = named.filter((name) => !known.some((block) => block.name === name));
  const plain = { help: "", required: false, repeated: false, gives: null };
  return [...known, ...others.map((name) => ({ name, title: name, ...plain }))];
}

/** What the cards of a block can refer to by the id of the card at `path`, or null. */
export function givesShape(
  document: FlowDocument,
  path: CardPath,
  use: CardUse,
  block: BlockOf,
  catalog: Catalog,
): Shape | null {
  if (!block.gives) return null;
  const shape = shapeOf(block.gives as Schema);
  const fields: Record<string, Shape> = {};
  for (const [name, { "x-penstock-item-of": source, ...rest }] of Object.entries(
    (block.gives as Schema).properties ?? {},
  )) {
    const value = source === undefined ? undefined : use.inputs?.[source];
    const reference = loneReference(value);
    const list = reference && shapeAt(document, path, catalog, reference);
    const each = list && item(list);
    if (!each?.alternatives.length) continue;
    const said = { title: rest.title, description: rest.description };
    fields[name] = {
      ...each,
      alternatives: each.alternatives.map((one) => ({ ...one, ...said })),
    };
  }
  return { ...shape, fields };
}

/** Whether `root` has a value for the card at `path`. A reference that is dragged or picked inside
 * a block, to what the block gives, has one only there: `within`. */
export function knows(
  document: FlowDocument,
  path: CardPath,
  root: string,
  within?: CardPath,
): boolean {
  if (within) return leadsInto(path, within);
  return (
    root === "start" ||
    root === "run" ||
    earlierCards(document, path).some((use) => use.id === root)
  );
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
  const around = holdersOf(document, path).flatMap(({ use, path: own, block: name }) => {
    const block = blocksOf(use, catalog.get(use.card)).find((each) => each.name === name);
    const shape = block && givesShape(document, own, use, block, catalog);
    if (!block || !shape) return [];
    return [
      { root: use.id, title: `${block.title} · ${use.id}`, sources: sourcesOf(use.id, shape) },
    ];
  });
  return [
    ...around.reverse(),
    ...cards.reverse(),
    { root: "start", title: titles.start, sources: sourcesOf("start", startShape(document)) },
    { root: "run", title: titles.run, sources: sourcesOf("run", RUN) },
  ].filter((group) => group.sources.length);
}

/** The shape of what a reference leads to where the card at `path` stands, or null where that is
 * not known. */
export function shapeAt(
  document: FlowDocument,
  path: CardPath,
  catalog: Catalog,
  reference: Reference,
): Shape | null {
  let here = rootShape(document, path, catalog, reference.root);
  for (const step of reference.path) {
    if (!here) return null;
    here = typeof step === "number" ? item(present(here)) : field(present(here), step);
  }
  return here;
}

function rootShape(
  document: FlowDocument,
  path: CardPath,
  catalog: Catalog,
  root: string,
): Shape | null {
  if (root === "start") return startShape(document);
  if (root === "run") return RUN;
  const around = holdersOf(document, path).find(({ use }) => use.id === root);
  if (around) {
    const { use, path: own, block: name } = around;
    const block = blocksOf(use, catalog.get(use.card)).find((each) => each.name === name);
    return block ? givesShape(document, own, use, block, catalog) : null;
  }
  const use = earlierCards(document, path).find(({ id }) => id === root);
  return use ? outputsShape(catalog.get(use.card)) : null;
}

/** What a reference is called where it is used: `objects[0].key`. */
export function nameOf({ path, root }: Reference): string {
  return path.length ? dotted(path).replace(/^\./, "") : root;
}
