import { expect, test } from "vitest";
import { around, difference } from "./difference";
import { controlFor, emptyOf, fieldOf, fieldsOf } from "./form";
import type { Schema } from "./shape";

const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }], default: null });
const kind = (schema: Schema) => fieldOf("x", schema, false, schema).controls[0].kind;

test("each kind of value has its control", () => {
  expect(kind({ type: "string" })).toBe("text");
  expect(kind(nullable({ type: "string" }))).toBe("text");
  expect(kind({ type: "string", "x-penstock-widget": "multiline" })).toBe("multiline");
  expect(kind(nullable({ type: "string", "x-penstock-widget": "secret" }))).toBe("secret");
  expect(kind({ ...nullable({ type: "string" }), "x-penstock-widget": "date-time" })).toBe(
    "date-time",
  );
  expect(kind({ type: "string", format: "date-time" })).toBe("date-time");
  expect(kind(nullable({ type: "string", "x-penstock-widget": "region" }))).toBe("region");
  expect(kind(nullable({ enum: ["a", "b"], type: "string" }))).toBe("choice");
  expect(kind({ const: "*", type: "string" })).toBe("choice");
  expect(kind({ type: "boolean" })).toBe("boolean");
  expect(kind({ type: "integer" })).toBe("number");
  expect(kind({ type: "array", items: { type: "string" } })).toBe("list");
  expect(kind({ type: "object", additionalProperties: { type: "string" } })).toBe("pairs");
  expect(kind({ type: "object", properties: { a: { type: "string" } } })).toBe("group");
  expect(kind({ type: "object", "x-penstock-type": "file" })).toBe("file");
  expect(kind({})).toBe("any");
});

test("a value of several kinds has a control for each, and the one that fits is taken", () => {
  const tagging = fieldOf(
    "tagging",
    { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }, { type: "null" }] },
    false,
    {},
  );
  expect(tagging.controls.map((each) => each.kind)).toEqual(["text", "list"]);
  expect(controlFor(tagging, ["a"]).kind).toBe("list");
  expect(controlFor(tagging, "a=b").kind).toBe("text");
  expect(controlFor(tagging, undefined).kind).toBe("text");
  expect(controlFor(tagging, 7).kind).toBe("any");
});

test("AWS's spelling of the same name is not asked for twice", () => {
  const tag: Schema = { properties: { key: { type: "string" }, Key: { type: "string" } } };
  expect(fieldsOf(tag).map((each) => each.name)).toEqual(["key"]);
});

test("labels, help and what is needed come from the schema", () => {
  const [bucket, other] = fieldsOf({
    properties: {
      bucket: { title: "Bucket", description: "Its name.", type: "string" },
      no_title: { type: "string" },
    },
    required: ["bucket"],
  });
  expect(bucket).toMatchObject({ label: "Bucket", help: "Its name.", required: true });
  expect(other).toMatchObject({ label: "No title", required: false });
});

test("a new item has what it must have", () => {
  const schema: Schema = {
    type: "object",
    properties: { key: { type: "string" }, size: { type: "integer" } },
    required: ["key"],
  };
  expect(emptyOf(fieldOf("tag", schema, true, schema))).toEqual({ key: "" });
});

test("a schema that holds itself ends", () => {
  const root: Schema = {
    $defs: { T: { type: "object", properties: { t: { $ref: "#/$defs/T" } } } },
  };
  expect(fieldOf("t", { $ref: "#/$defs/T" }, false, root).controls[0].kind).toBe("group");
});

test("what changed between two texts", () => {
  const said = (a: string, b: string) =>
    difference(a, b)
      .map(({ sign, text }) => sign + text)
      .join("|");
  expect(said("a\nb\nc", "a\nx\nc")).toBe(" a|-b|+x| c");
  expect(said("a", "a")).toBe(" a");
  expect(said("", "a")).toBe("-|+a");
  expect(said("a\nb", "b\na")).toBe("-a| b|+a");
  const long = Array.from({ length: 20 }, (_, line) => `${line}`).join("\n");
  const shown = around(difference(long, long.replace("10", "ten")), 1);
  expect(shown.map((line) => line && line.sign + line.text)).toEqual([
    null,
    " 9",
    "-10",
    "+ten",
    " 11",
    null,
  ]);
});

test("a text that names one of many says what a connection offers for it, a new name does not", () => {
  const named = (widget: string): Schema => ({
    type: "string",
    "x-penstock-widget": widget,
    "x-penstock-options-from": "buckets",
  });
  const offers = (schema: Schema) => fieldOf("x", schema, false, schema).controls[0].offers;
  expect(offers(named("options"))).toBe("buckets");
  expect(offers(nullable(named("options")))).toBe("buckets");
  expect(offers(named("new"))).toBeUndefined();
  expect(offers({ type: "string" })).toBeUndefined();
});
