import { expect, test } from "vitest";
import { at, isNullable, kindOfShape, type Schema, said, shapeOf, suits } from "./shape";

const TEXT = shapeOf({ type: "string" });
const NUMBER = shapeOf({ type: "integer" });
const MAYBE = shapeOf({ anyOf: [{ type: "string" }, { type: "null" }] });
const OBJECTS: Schema = {
  $defs: { Found: { type: "object", properties: { key: { type: "string" } }, required: ["key"] } },
  type: "object",
  properties: { objects: { type: "array", items: { $ref: "#/$defs/Found" } } },
};

test("what schemas describe", () => {
  expect(said(MAYBE)).toBe("text");
  expect(isNullable(MAYBE)).toBe(true);
  expect(kindOfShape(shapeOf({ type: "object", "x-penstock-type": "file" }))).toBe("file");
  const objects = at(shapeOf(OBJECTS), ["objects"]);
  expect(objects && said(objects)).toBe("list of object");
  expect(at(shapeOf(OBJECTS), ["objects", 0, "key"])).not.toBeNull();
  expect(at(shapeOf(OBJECTS), ["objects", 0, "nothing"])).toBeNull();
  expect(at(shapeOf(OBJECTS), ["other"])).toBeNull();
});

test("a schema that holds itself ends", () => {
  const tree: Schema = {
    $defs: { T: { type: "array", items: { $ref: "#/$defs/T" } } },
    $ref: "#/$defs/T",
  };
  expect(said(shapeOf(tree))).toContain("list");
});

test("what suits what, as the server judges it", () => {
  const list = shapeOf({ type: "array", items: { type: "string" } });
  expect(suits(NUMBER, TEXT)).toBe("fits");
  expect(suits(TEXT, NUMBER)).toBe("maybe");
  expect(suits(list, TEXT)).toBe("no");
  expect(suits(TEXT, list)).toBe("no");
  expect(suits(shapeOf({}), TEXT)).toBe("fits");
  expect(suits(MAYBE, TEXT)).toBe("fits");
  expect(suits(shapeOf({ type: "array", items: { type: "object" } }), list)).toBe("no");
  const closed = shapeOf({
    type: "object",
    properties: { a: { type: "string" } },
    required: ["a"],
    additionalProperties: false,
  });
  expect(suits(shapeOf({ type: "object", properties: { b: {} } }), closed)).toBe("no");
});
