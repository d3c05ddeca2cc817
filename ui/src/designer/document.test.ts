import { expect, test } from "vitest";
import {
  cardAt,
  changeCard,
  earlierCards,
  everyCard,
  type FlowDocument,
  freeId,
  idFor,
  insertCards,
  nameFor,
  pointerOf,
  removeCard,
  renameCard,
  renameStartInput,
  setInput,
} from "./document";
import { moveCard } from "./moving";

const FLOW: FlowDocument = {
  flow: "f",
  start: { inputs: { who: { type: "text" } } },
  cards: [
    { id: "find", card: "s3.search_objects", inputs: { prefix: "{{ start.who }}/" } },
    {
      id: "if",
      card: "control.if",
      // biome-ignore lint/suspicious/noThenProperty: a block is called so
      blocks: { then: [{ id: "read", card: "s3.read_object", inputs: { key: "{{ find.key }}" } }] },
    },
    { id: "last", card: "s3.read_object", inputs: { key: "{{ read.key }}" } },
  ],
};
const ids = (document: FlowDocument) => everyCard(document.cards).map(({ use }) => use.id);

test("cards inside cards have their place", () => {
  expect(ids(FLOW)).toEqual(["find", "if", "read", "last"]);
  expect(pointerOf([1, "then", 0])).toBe("/cards/1/blocks/then/0");
  expect(cardAt(FLOW, [1, "then", 0])?.id).toBe("read");
  expect(earlierCards(FLOW, [1, "then", 0]).map((use) => use.id)).toEqual(["find"]);
});

test("a change shares what it leaves alone", () => {
  const changed = changeCard(FLOW, [1, "then", 0], (use) => setInput(use, "key", "k"));
  expect(cardAt(changed, [1, "then", 0])?.inputs).toEqual({ key: "k" });
  expect(changed.cards?.[0]).toBe(FLOW.cards?.[0]);
  expect(cardAt(FLOW, [1, "then", 0])?.inputs).toEqual({ key: "{{ find.key }}" });
});

test("an input that is changed keeps its place, and goes when it has no value", () => {
  const use = { id: "a", card: "c", inputs: { one: 1, two: 2 } };
  expect(Object.keys(setInput(use, "one", 3).inputs ?? {})).toEqual(["one", "two"]);
  expect(setInput(use, "one", undefined).inputs).toEqual({ two: 2 });
});

test("what is put in gets free ids, and refers to itself by them", () => {
  const pair = [
    { id: "find", card: "s3.search_objects" },
    { id: "use", card: "s3.read_object", inputs: { key: "{{ find.key }} {{ last.key }}" } },
  ];
  const made = insertCards(FLOW, [3], pair);
  expect(made.ids).toEqual(["find_2", "use"]);
  expect(cardAt(made.document, [4])?.inputs).toEqual({ key: "{{ find_2.key }} {{ last.key }}" });
});

test("moving stops at the ends", () => {
  expect(ids(moveCard(FLOW, [2], -1))).toEqual(["find", "last", "if", "read"]);
  expect(moveCard(FLOW, [0], -1)).toBe(FLOW);
  expect(ids(removeCard(FLOW, [1]))).toEqual(["find", "last"]);
});

test("renaming is followed, also inside blocks", () => {
  const renamed = renameCard(FLOW, "find", "search");
  expect(ids(renamed)).toEqual(["search", "if", "read", "last"]);
  expect(cardAt(renamed, [1, "then", 0])?.inputs).toEqual({ key: "{{ search.key }}" });
  const asked = renameStartInput(FLOW, "who", "person");
  expect(Object.keys(asked.start?.inputs ?? {})).toEqual(["person"]);
  expect(asked.cards?.[0]?.inputs).toEqual({ prefix: "{{ start.person }}/" });
});

test("names that the server takes", () => {
  expect(idFor("s3.search_objects")).toBe("search");
  expect(freeId("find", new Set(["find", "find_2"]))).toBe("find_3");
  expect(freeId("start", new Set())).toBe("start_2");
  expect(nameFor("Hold a leaver's Dökuments!")).toBe("hold_a_leavers_dokuments");
  expect(nameFor("<script>")).toBe("script");
  expect(nameFor("…")).toBe("");
});
