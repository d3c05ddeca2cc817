/**
 * One document, edited in the strip and as YAML, with undo. The server owns YAML: a change in the
 * strip leaves `text` behind until the server has written it anew, and a change of the text leaves
 * `document` behind until the server has read it.
 */
import type { Schema as Model } from "../api/client";
import { everyCard, type FlowDocument } from "./document";

export type Found = Model<"FoundProblem">;

export interface Snapshot {
  document: FlowDocument;
  text: string;
  /** Which of both is ahead of the other: "strip" the document, "yaml" the text. */
  ahead: "strip" | "yaml" | null;
}

export interface Editing {
  past: readonly Snapshot[];
  present: Snapshot;
  future: readonly Snapshot[];
  saved: { text: string; version: number };
  problems: readonly Found[];
  /** Whether the text cannot be read as a document: the strip then waits for it to be mended. */
  unreadable: boolean;
  /** Changes that belong together, as the letters of a word do. */
  merging: { key: string; at: number } | null;
}

export type Change =
  | { type: "strip"; document: FlowDocument; key?: string; at: number }
  | { type: "yaml"; text: string; at: number }
  | { type: "answered"; asked: Snapshot; answer: Model<"DraftedFlow"> }
  | { type: "saved"; text: string; version: number }
  | { type: "rebase"; version: number; text: string }
  | { type: "undo" }
  | { type: "redo" };

const MERGED_WITHIN = 1000;
const MOST_KEPT = 200;

export function begin(flow: { document: FlowDocument; text: string; version: number }): Editing {
  return {
    past: [],
    // Ask at once: for its problems.
    present: { document: flow.document, text: flow.text, ahead: "yaml" },
    future: [],
    saved: { text: flow.text, version: flow.version },
    problems: [],
    unreadable: false,
    merging: null,
  };
}

export function reduce(state: Editing, change: Change): Editing {
  switch (change.type) {
    case "strip": {
      if (change.document === state.present.document) return state;
      const next: Snapshot = { ...state.present, document: change.document, ahead: "strip" };
      const problems = sameCards(state.present.document, change.document) ? state.problems : [];
      return { ...pushed(state, next, change.key, change.at), problems };
    }
    case "yaml": {
      if (change.text === state.present.text && state.present.ahead !== "strip") return state;
      const next: Snapshot = { ...state.present, text: change.text, ahead: "yaml" };
      return pushed(state, next, "yaml", change.at);
    }
    case "answered": {
      if (change.asked !== state.present) return state;
      const { document, text, problems } = change.answer;
      const read = document as FlowDocument | null;
      if (change.asked.ahead === "strip") {
        return {
          ...state,
          present: { ...state.present, text, ahead: null },
          problems,
          unreadable: false,
        };
      }
      const present: Snapshot = read
        ? { document: keepSame(state.present.document, read), text, ahead: null }
        : { ...state.present, ahead: null };
      // What was read is one step for undo, what is written after it another.
      const merging = state.merging?.key === "yaml" ? null : state.merging;
      return { ...state, present, problems, merging, unreadable: read === null };
    }
    case "saved":
      return { ...state, saved: { text: change.text, version: change.version }, merging: null };
    case "rebase":
      return { ...state, saved: { text: change.text, version: change.version } };
    case "undo": {
      const before = state.past.at(-1);
      if (!before) return state;
      return {
        ...state,
        past: state.past.slice(0, -1),
        present: again(before),
        future: [state.present, ...state.future],
        unreadable: false,
        merging: null,
        problems: [],
      };
    }
    case "redo": {
      const [after, ...future] = state.future;
      if (!after) return state;
      return {
        ...state,
        past: [...state.past, state.present],
        present: again(after),
        future,
        unreadable: false,
        merging: null,
        problems: [],
      };
    }
  }
}

/** Whether there is something to save. */
export function isChanged({ present, saved }: Editing): boolean {
  return present.ahead === "strip" || present.text !== saved.text;
}

/** A snapshot that was in step is asked about again, for its problems, by its text. */
function again(snapshot: Snapshot): Snapshot {
  return snapshot.ahead ? { ...snapshot } : { ...snapshot, ahead: "yaml" };
}

function pushed(state: Editing, next: Snapshot, key: string | undefined, at: number): Editing {
  const merges =
    key !== undefined && state.merging?.key === key && at - state.merging.at < MERGED_WITHIN;
  return {
    ...state,
    past: merges ? state.past : [...state.past, state.present].slice(-MOST_KEPT),
    present: next,
    future: [],
    merging: key === undefined ? null : { key, at },
  };
}

function sameCards(before: FlowDocument, after: FlowDocument): boolean {
  const ids = (document: FlowDocument) =>
    everyCard(document.cards)
      .map(({ use, path }) => `${use.id} ${path}`)
      .join("\n");
  return ids(before) === ids(after);
}

/** `read` with each part of `known` that says the same: what did not change is not drawn anew. */
export function keepSame<T>(known: unknown, read: T): T {
  if (Object.is(known, read)) return read;
  if (Array.isArray(known) && Array.isArray(read)) {
    const items = read.map((each, index) => keepSame(known[index], each));
    const same = items.length === known.length && items.every((each, at) => each === known[at]);
    return (same ? known : items) as T;
  }
  if (isObject(known) && isObject(read) && !Array.isArray(known) && !Array.isArray(read)) {
    const entries = Object.entries(read).map(
      ([name, each]) => [name, keepSame(known[name], each)] as const,
    );
    const before = Object.keys(known);
    const same =
      entries.length === before.length &&
      entries.every(([name, each], at) => name === before[at] && each === known[name]);
    return (same ? known : Object.fromEntries(entries)) as T;
  }
  return read;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The problems whose pointer is `pointer` or leads inside it. */
export function within(problems: readonly Found[], pointer: string): Found[] {
  return problems.filter(
    (each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`),
  );
}
