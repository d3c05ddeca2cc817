import { expect, test } from "vitest";
import type { CardDetail } from "../api/client";
import {
  type CardPath,
  cardAt,
  everyCard,
  type FlowDocument,
  holdersOf,
  insertCards,
  removeCard,
} from "./document";
import { moveTo, stepDown, stepUp } from "./moving";
import { givesShape, knows, scopeAt, shapeAt } from "./scope";
import { said } from "./shape";
import { follows, targetsAfter } from "./targets";

const card = (id: string) => ({ id, card: "t.say" });
const FLOW: FlowDocument = {
  flow: "f",
  cards: [
    card("a"),
    {
      id: "fork",
      card: "t.if",
      blocks: {
        // biome-ignore lint/suspicious/noThenProperty: a block is called so
        then: [card("b"), { id: "loop", card: "t.each", inputs: { items: "{{ a.words }}" } }],
        else: [card("c")],
      },
    },
    card("d"),
  ],
};
const BLOCKS: Record<string, string[]> = { "t.if": ["then", "else"], "t.each": ["do"] };
const blocksOf = ({ card: id }: { card: string }) => BLOCKS[id] ?? [];
const tree = (document: FlowDocument) =>
  everyCard(document.cards)
    .map(({ use, path }) => `${path.join(".")}:${use.id}`)
    .join(" ");
const BEFORE = "0:a 1:fork 1.then.0:b 1.then.1:loop 1.else.0:c 2:d";

test.each<[string, CardPath, CardPath, string]>([
  [
    "into a block",
    [0],
    [1, "else", 1],
    "0:fork 0.then.0:b 0.then.1:loop 0.else.0:c 0.else.1:a 1:d",
  ],
  ["out of it", [1, "then", 0], [2], "0:a 1:fork 1.then.0:loop 1.else.0:c 2:b 3:d"],
  ["out before it", [1, "then", 0], [1], "0:a 1:b 2:fork 2.then.0:loop 2.else.0:c 3:d"],
  [
    "between blocks",
    [1, "else", 0],
    [1, "then", 1],
    "0:a 1:fork 1.then.0:b 1.then.1:c 1.then.2:loop 2:d",
  ],
  [
    "into an inner one",
    [2],
    [1, "then", 1, "do", 0],
    "0:a 1:fork 1.then.0:b 1.then.1:loop 1.then.1.do.0:d 1.else.0:c",
  ],
  ["to the right", [0], [2], "0:fork 0.then.0:b 0.then.1:loop 0.else.0:c 1:a 2:d"],
  [
    "to the end",
    [1, "then", 0],
    [1, "then", 2],
    "0:a 1:fork 1.then.0:loop 1.then.1:b 1.else.0:c 2:d",
  ],
])("a card is moved %s", (_, from, to, after) => {
  expect(tree(moveTo(FLOW, from, to))).toBe(after);
  expect(tree(FLOW)).toBe(BEFORE);
});

test.each<[string, CardPath, CardPath]>([
  ["before itself", [1], [1]],
  ["after itself", [1], [2]],
  ["into itself", [1], [1, "then", 0]],
  ["from nowhere", [7], [0]],
])("nothing changes where a card is moved %s", (_, from, to) => {
  expect(moveTo(FLOW, from, to)).toBe(FLOW);
});

test("every move keeps each card once", () => {
  const places = everyCard(FLOW.cards).map(({ path }) => path);
  const gaps = [...places, [3], [1, "then", 2], [1, "else", 1], [1, "then", 1, "do", 0]];
  for (const from of places) {
    for (const to of gaps) {
      const ids = everyCard(moveTo(FLOW, from, to).cards).map(({ use }) => use.id);
      expect(ids.toSorted()).toEqual(["a", "b", "c", "d", "fork", "loop"]);
    }
  }
});

test("a block whose last card goes is not written any more", () => {
  expect(cardAt(removeCard(FLOW, [1, "else", 0]), [1])?.blocks).not.toHaveProperty("else");
  const bare = removeCard(removeCard(removeCard(FLOW, [1, "else", 0]), [1, "then", 1]), [
    1,
    "then",
    0,
  ]);
  expect(cardAt(bare, [1])).not.toHaveProperty("blocks");
});

test("up and down lead out, in, and from block to block", () => {
  expect(stepUp(FLOW, [0], blocksOf)).toBeUndefined();
  expect(stepUp(FLOW, [1, "then", 0], blocksOf)).toMatchObject({ to: [2] });
  expect(stepUp(FLOW, [1, "else", 0], blocksOf)).toMatchObject({
    to: [1, "then", 2],
    block: "then",
  });
  expect(stepDown(FLOW, [0], blocksOf)).toMatchObject({ to: [1, "then", 0], block: "then" });
  expect(stepDown(FLOW, [2], blocksOf)).toMatchObject({ to: [1, "then", 2], block: "then" });
  expect(stepDown(FLOW, [1, "then", 0], blocksOf)).toMatchObject({ to: [1, "then", 1, "do", 0] });
  expect(stepDown(FLOW, [1, "then", 1], blocksOf)).toMatchObject({ to: [1, "else", 0] });
  expect(stepDown(FLOW, [1, "else", 0], blocksOf)).toBeUndefined();
});

test("ids of a pasted block are free and lead to each other", () => {
  const added = [
    {
      id: "loop",
      card: "t.each",
      blocks: {
        do: [
          { id: "b", card: "t.say", inputs: { text: "{{ loop.item }} {{ b_2.said }}" } },
          { id: "b_2", card: "t.say", inputs: { text: "{{ b.said }}" } },
        ],
      },
    },
  ];
  const { document, ids } = insertCards(FLOW, [3], added);
  expect(ids).toEqual(["loop_2"]);
  expect(cardAt(document, [3, "do", 0])).toMatchObject({
    id: "b_3",
    inputs: { text: "{{ loop_2.item }} {{ b_2.said }}" },
  });
  expect(cardAt(document, [3, "do", 1])).toMatchObject({ inputs: { text: "{{ b_3.said }}" } });
});

const object = (properties: object) => ({ type: "object", properties });
const detail = (title: string, outputs: object, blocks: object[] = [], inputs = {}) =>
  ({ title, outputs: object(outputs), inputs: object(inputs), blocks }) as unknown as CardDetail;
const block = { help: "", required: false, repeated: false, gives: null };
const CATALOG = new Map([
  [
    "t.say",
    detail("Say", { words: { type: "array", items: { type: "number" } } }, [], {
      text: { type: "string" },
    }),
  ],
  [
    "t.if",
    detail("If", { went: { type: "string" } }, [
      { ...block, name: "then", title: "Then" },
      { ...block, name: "else", title: "Else" },
    ]),
  ],
  [
    "t.each",
    detail("For Each", { count: { type: "integer" } }, [
      {
        ...block,
        name: "do",
        title: "For each item",
        gives: object({
          item: { title: "Item", description: "The item.", "x-penstock-item-of": "items" },
          index: { type: "integer" },
        }),
      },
    ]),
  ],
]);
const NESTED = moveTo(FLOW, [2], [1, "then", 1, "do", 0]);
const INSIDE: CardPath = [1, "then", 1, "do", 0];

test("inside a block one sees what is around it, and what the block gives", () => {
  expect(holdersOf(NESTED, INSIDE).map(({ use, block: name }) => [use.id, name])).toEqual([
    ["fork", "then"],
    ["loop", "do"],
  ]);
  const groups = scopeAt(NESTED, INSIDE, CATALOG, { start: "Start", run: "Run" });
  expect(groups.map(({ title }) => title)).toEqual([
    "For each item · loop",
    "Say · b",
    "Say · a",
    "Run",
  ]);
  expect(groups[0]?.sources.map(({ label, shape }) => `${label}: ${said(shape)}`)).toEqual([
    "item: number",
    "index: number",
  ]);
  expect(groups[0]?.sources[0]?.help).toBe("The item.");
});

test("what is not known of a list is not known of its items", () => {
  const use = { id: "loop", card: "t.each", inputs: { items: "{{ nobody.words }}" } };
  const [each] = CATALOG.get("t.each")?.blocks ?? [];
  const shape = each && givesShape(NESTED, [1, "then", 1], use, each, CATALOG);
  expect(shape?.fields).toEqual({});
  expect(shapeAt(NESTED, INSIDE, CATALOG, { root: "c", path: [] })).toBeNull();
});

test("a value goes only where it is known", () => {
  expect(knows(NESTED, INSIDE, "a")).toBe(true);
  expect(knows(NESTED, INSIDE, "loop")).toBe(false);
  expect(knows(NESTED, INSIDE, "loop", [1, "then", 1, "do"])).toBe(true);
  expect(knows(NESTED, [1, "else", 0], "b")).toBe(false);
  expect(knows(NESTED, [1, "else", 0], "loop", [1, "then", 1, "do"])).toBe(false);
  expect(follows([1, "then", 1, "do", 0], [0])).toBe(true);
  expect(follows([2], [1, "then", 0])).toBe(false);
  const titles = (root: string, within?: CardPath) =>
    targetsAfter(NESTED, root, CATALOG, within)
      .filter(({ targets }) => targets.length)
      .map(({ title }) => title);
  expect(titles("b")).toEqual(["Say · d"]);
  expect(titles("a")).toEqual(["Say · b", "Say · d", "Say · c"]);
  expect(titles("loop", [1, "then", 1, "do"])).toEqual(["Say · d"]);
  expect(titles("loop")).toEqual([]);
});
