import { expect, test } from "vitest";
import type { FlowDocument } from "./document";
import { begin, type Change, type Editing, isChanged, keepSame, reduce, within } from "./editing";

const document: FlowDocument = { flow: "f", cards: [{ id: "a", card: "c", inputs: { x: 1 } }] };
const start = () => begin({ document, text: "flow: f\n", version: 1 });
const after = (state: Editing, ...changes: Change[]) => changes.reduce(reduce, state);
const titled = (title: string): FlowDocument => ({ ...document, title });
const answered = (state: Editing, text: string, read: FlowDocument | null): Change => ({
  type: "answered",
  asked: state.present,
  answer: { text, document: read as never, ok: true, problems: [] },
});

test("the strip is ahead until the server has written the text", () => {
  const state = after(start(), { type: "strip", document: titled("T"), at: 0 });
  expect(state.present.ahead).toBe("strip");
  expect(isChanged(state)).toBe(true);
  const written = reduce(state, answered(state, "flow: f\ntitle: T\n", titled("T")));
  expect(written.present).toMatchObject({ ahead: null, text: "flow: f\ntitle: T\n" });
  expect(written.past).toHaveLength(1);
});

test("an answer to what is no longer asked is not taken", () => {
  const old = after(start(), { type: "strip", document: titled("T"), at: 0 });
  const late = answered(old, "flow: f\ntitle: T\n", titled("T"));
  const state = after(old, { type: "strip", document: titled("TT"), at: 5000 }, late);
  expect(state.present.ahead).toBe("strip");
  expect(state.present.document.title).toBe("TT");
});

test("a text that cannot be read leaves the strip as it was", () => {
  const state = after(start(), { type: "yaml", text: "flow: [", at: 0 });
  const read = reduce(state, answered(state, "flow: [", null));
  expect(read.unreadable).toBe(true);
  expect(read.present.document).toBe(document);
  expect(reduce(read, { type: "undo" }).unreadable).toBe(false);
});

test("letters of one word are undone together, other things one by one", () => {
  const key = "title";
  const state = after(
    start(),
    { type: "strip", document: titled("a"), key, at: 0 },
    { type: "strip", document: titled("ab"), key, at: 300 },
    { type: "strip", document: titled("abc"), key, at: 5000 },
  );
  const once = reduce(state, { type: "undo" });
  expect(once.present.document.title).toBe("ab");
  const twice = reduce(once, { type: "undo" });
  expect(twice.present.document.title).toBeUndefined();
  expect(reduce(twice, { type: "undo" })).toBe(twice);
  const back = after(twice, { type: "redo" }, { type: "redo" }, { type: "redo" });
  expect(back.present.document.title).toBe("abc");
  const other = reduce(once, { type: "strip", document: titled("x"), at: 6000 });
  expect(other.future).toEqual([]);
});

test("going back to what was saved is no change", () => {
  const state = after(start(), { type: "yaml", text: "flow: g\n", at: 0 }, { type: "undo" });
  expect(isChanged(state)).toBe(false);
  const saved = after(
    start(),
    { type: "yaml", text: "x", at: 0 },
    { type: "saved", text: "x", version: 2 },
  );
  expect(isChanged(saved)).toBe(false);
  expect(saved.saved.version).toBe(2);
});

test("putting the saved text back also undoes what the strip is ahead with", () => {
  const state = after(
    start(),
    { type: "strip", document: titled("T"), at: 0 },
    { type: "yaml", text: "flow: f\n", at: 1 },
  );
  expect(state.present.ahead).toBe("yaml");
  expect(isChanged(state)).toBe(false);
});

test("what says the same stays the same object", () => {
  const known = { a: [{ b: 1 }, { b: 2 }], c: "x" };
  expect(keepSame(known, structuredClone(known))).toBe(known);
  const changed = keepSame(known, { a: [{ b: 1 }, { b: 3 }], c: "x" });
  expect(changed.a[0]).toBe(known.a[0]);
  expect(changed.a[1]).toEqual({ b: 3 });
});

test("problems of a field are those inside it, not those of its namesakes", () => {
  const found = ["/cards/1", "/cards/1/inputs/key", "/cards/10"].map((pointer) => ({
    pointer,
    code: "c",
    message: "m",
    severity: "error" as const,
  }));
  expect(within(found, "/cards/1")).toHaveLength(2);
});
