/** A flow document as the strip edits it. Every change makes new objects and shares the rest. */
import { renameInput, renameRoots } from "./mapping";

export interface FlowInput {
  type?: string;
  title?: string | null;
  help?: string | null;
  required?: boolean;
  default?: unknown;
  secret?: boolean;
}

export interface ErrorHandling {
  retry?: { attempts?: number; delay?: string } | null;
  then?: "stop" | "continue";
  values?: Record<string, unknown>;
}

export interface CardUse {
  id: string;
  card: string;
  connection?: string | null;
  inputs?: Record<string, unknown>;
  note?: string | null;
  on_error?: ErrorHandling | null;
  blocks?: Record<string, CardUse[]>;
}

export interface FlowDocument {
  flow: string;
  title?: string | null;
  description?: string | null;
  start?: { card?: string; inputs?: Record<string, FlowInput> };
  cards?: CardUse[];
  settings?: Record<string, unknown>;
}

/** Where a card stands: `[2]`, or `[2, "then", 0]` inside a block of the third. */
export type CardPath = readonly (number | string)[];

export interface Placed {
  use: CardUse;
  path: CardPath;
}

export function pointerOf(path: CardPath): string {
  return path.reduce<string>(
    (written, step, index) => written + (index % 2 ? `/blocks/${step}` : `/${step}`),
    "/cards",
  );
}

/** The place behind the card at `path`. */
export function after(path: CardPath): CardPath {
  return [...path.slice(0, -1), Number(path.at(-1)) + 1];
}

/** Every card, inner ones after the one that holds them. */
export function everyCard(cards: readonly CardUse[] = [], within: CardPath = []): Placed[] {
  return cards.flatMap((use, index) => {
    const path = [...within, index];
    const inner = Object.entries(use.blocks ?? {}).flatMap(([name, held]) =>
      everyCard(held, [...path, name]),
    );
    return [{ use, path }, ...inner];
  });
}

/** The cards that have run when the one at `path` does, in order. */
export function earlierCards(document: FlowDocument, path: CardPath): CardUse[] {
  const found: CardUse[] = [];
  let cards: readonly CardUse[] = document.cards ?? [];
  for (let at = 0; at < path.length; at += 2) {
    const index = Number(path[at]);
    found.push(...cards.slice(0, index));
    const name = path[at + 1];
    cards = (name !== undefined && cards[index]?.blocks?.[name]) || [];
  }
  return found;
}

/** A card that holds another, and the block that it holds it in. */
export interface Holder {
  use: CardUse;
  path: CardPath;
  block: string;
}

/** The cards that hold what is at `path`, outermost first. */
export function holdersOf(document: FlowDocument, path: CardPath): Holder[] {
  const found: Holder[] = [];
  for (let at = 1; at < path.length; at += 2) {
    const own = path.slice(0, at);
    const use = cardAt(document, own);
    if (use) found.push({ use, path: own, block: String(path[at]) });
  }
  return found;
}

/** Where the card of this id stands. */
export function pathOfId(document: FlowDocument, id: string): CardPath | undefined {
  return everyCard(document.cards).find(({ use }) => use.id === id)?.path;
}

/** Whether `path` is `outer` or leads inside it. */
export function leadsInto(path: CardPath, outer: CardPath): boolean {
  return outer.length <= path.length && outer.every((step, at) => step === path[at]);
}

export function cardAt(document: FlowDocument, path: CardPath): CardUse | undefined {
  let cards: readonly CardUse[] | undefined = document.cards;
  let found: CardUse | undefined;
  for (let at = 0; at < path.length; at += 2) {
    found = cards?.[Number(path[at])];
    const name = path[at + 1];
    cards = name === undefined ? undefined : found?.blocks?.[name];
  }
  return found;
}

function changeList(
  cards: readonly CardUse[],
  path: CardPath,
  change: (list: CardUse[], index: number) => void,
): CardUse[] {
  const list = [...cards];
  const [index, name, ...rest] = path as [number, string | undefined, ...CardPath];
  const holder = list[index];
  if (name === undefined || !holder) {
    change(list, index);
  } else {
    const inner = changeList(holder.blocks?.[name] ?? [], rest, change);
    list[index] = { ...holder, blocks: { ...holder.blocks, [name]: inner } };
  }
  return list;
}

/** The document with the list changed that holds what is at `path`, at its place there. */
export function inCards(
  document: FlowDocument,
  path: CardPath,
  change: (list: CardUse[], index: number) => void,
): FlowDocument {
  return { ...document, cards: changeList(document.cards ?? [], path, change) };
}

export function changeCard(
  document: FlowDocument,
  path: CardPath,
  change: (use: CardUse) => CardUse,
): FlowDocument {
  return inCards(document, path, (list, index) => {
    const use = list[index];
    if (use) list[index] = change(use);
  });
}

/** `added` before the card at `path`, under ids that are free. */
export function insertCards(
  document: FlowDocument,
  path: CardPath,
  added: readonly CardUse[],
): { document: FlowDocument; ids: string[] } {
  const taken = new Set(everyCard(document.cards).map(({ use }) => use.id));
  const own = everyCard(added).map(({ use }) => use.id);
  const renamed = new Map<string, string>();
  for (const id of own) {
    // Free in the flow, and not what another of the added ones is called.
    const others = new Set([...taken, ...own.filter((other) => other !== id)]);
    const free = freeId(id, others);
    taken.add(free);
    if (free !== id) renamed.set(id, free);
  }
  const fresh = renameIn(structuredClone([...added]), renamed);
  return {
    document: inCards(document, path, (list, index) => list.splice(index, 0, ...fresh)),
    ids: fresh.map((use) => use.id),
  };
}

export function removeCard(document: FlowDocument, path: CardPath): FlowDocument {
  const removed = inCards(document, path, (list, index) => list.splice(index, 1));
  return path.length > 1 ? withoutEmpty(removed, path) : removed;
}

/** A block that its last card has left is not written any more. */
function withoutEmpty(document: FlowDocument, path: CardPath): FlowDocument {
  return changeCard(document, path.slice(0, -2), ({ blocks, ...use }) => {
    const held = Object.entries(blocks ?? {}).filter(([, cards]) => cards.length);
    return held.length ? { ...use, blocks: Object.fromEntries(held) } : use;
  });
}

/** The input at `name` as `value`; `undefined` takes it out. */
export function setInput(use: CardUse, name: string, value: unknown): CardUse {
  const { [name]: _, ...rest } = use.inputs ?? {};
  if (value === undefined) return { ...use, inputs: rest };
  // A value that was there keeps its place.
  const inputs =
    use.inputs && name in use.inputs
      ? { ...use.inputs, [name]: value }
      : { ...rest, [name]: value };
  return { ...use, inputs };
}

/** Another id for a card; whatever refers to it follows. */
export function renameCard(document: FlowDocument, old: string, id: string): FlowDocument {
  return { ...document, cards: renameIn(document.cards ?? [], new Map([[old, id]])) };
}

function renameIn(cards: readonly CardUse[], ids: ReadonlyMap<string, string>): CardUse[] {
  if (!ids.size) return [...cards];
  return cards.map((use) => {
    const { id, blocks, ...rest } = use;
    const held = blocks && {
      blocks: Object.fromEntries(
        Object.entries(blocks).map(([name, inner]) => [name, renameIn(inner, ids)]),
      ),
    };
    return { id: ids.get(id) ?? id, ...renameRoots(rest, ids), ...held };
  });
}

export function setStartInputs(
  document: FlowDocument,
  inputs: Record<string, FlowInput>,
): FlowDocument {
  return { ...document, start: { ...document.start, inputs } };
}

/** Another name for an input; mappings follow, the order stays. */
export function renameStartInput(document: FlowDocument, old: string, name: string): FlowDocument {
  const inputs = Object.fromEntries(
    Object.entries(document.start?.inputs ?? {}).map(([each, input]) => [
      each === old ? name : each,
      input,
    ]),
  );
  const changed = setStartInputs(document, inputs);
  return { ...changed, cards: renameInput(changed.cards ?? [], old, name) };
}

export const CARD_ID = /^[a-z][a-z0-9_]{0,62}$/;
export const FLOW_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const RESERVED = new Set(["start", "run"]);

/** `wanted`, or `wanted_2` and so on where that is taken. */
export function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted) && !RESERVED.has(wanted)) return wanted;
  const stem = wanted.replace(/_\d+$/, "").slice(0, 58);
  for (let count = 2; ; count += 1) {
    const id = `${stem}_${count}`;
    if (!taken.has(id)) return id;
  }
}

/** The id that a new use of a card gets: `search` of `s3.search_objects`. */
export function idFor(cardId: string): string {
  const name = cardId.split(".").pop() ?? cardId;
  const first = name.split("_")[0] ?? name;
  return CARD_ID.test(first) ? first : "card";
}

/** A name for a flow out of its title: `Hold a leaver's files` is `hold_a_leavers_files`. */
export function nameFor(title: string): string {
  return title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/['’]|\p{M}/gu, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 63)
    .replace(/_+$/, "");
}
