import { describe, expect, it } from "vitest";
import { type CardSchema, fieldsOf } from "./fields";
import { searched } from "./search";
import { cardAsYaml, yamlOf } from "./yaml";

const SCHEMA: CardSchema = {
  properties: {
    bucket: { type: "string", title: "Bucket", description: "Its name." },
    many: { anyOf: [{ type: "integer" }, { type: "null" }], default: null },
    result: { enum: ["first", "all"], type: "string", default: "all" },
    tags: {
      anyOf: [{ type: "string" }, { items: { $ref: "#/$defs/Tag" }, type: "array" }],
    },
    meta: { type: "object", additionalProperties: { type: "string" } },
    file: { anyOf: [{ $ref: "#/$defs/File" }, { type: "null" }] },
    self: { $ref: "#/$defs/Tree" },
  },
  required: ["bucket"],
  $defs: {
    Tag: { type: "object", properties: { key: { type: "string" } }, required: ["key"] },
    File: { type: "object", properties: { key: {} }, "x-penstock-type": "file" },
    Tree: { type: "object", properties: { left: { $ref: "#/$defs/Tree" } } },
  },
};

describe("a card's fields", () => {
  const fields = Object.fromEntries(fieldsOf(SCHEMA).map((field) => [field.name, field]));

  it("have a type that a person would say", () => {
    const types = Object.values(fields).map((field) => field.type);
    expect(types).toEqual([
      "text",
      "number",
      "text",
      "text or list of object",
      "names with text each",
      "file",
      "object",
    ]);
  });

  it("say what is required, and what they are when left out", () => {
    expect(fields.bucket).toMatchObject({ required: true, title: "Bucket", help: "Its name." });
    expect(fields.many).toMatchObject({ required: false, otherwise: undefined });
    expect(fields.result).toMatchObject({ otherwise: '"all"', choices: ["first", "all"] });
  });

  it("have fields of their own, but files do not", () => {
    expect(fields.tags?.fields.map((field) => field.name)).toEqual(["key"]);
    expect(fields.file?.fields).toEqual([]);
  });

  it("end, even where a schema holds itself", () => {
    let depth = 0;
    for (let at = fields.self; at; at = at.fields[0]) depth += 1;
    expect(depth).toBeLessThan(10);
  });
});

describe("YAML", () => {
  it("reads as flow documents do", () => {
    const inputs = { bucket: "example", tags: [{ key: "a", value: "b c" }], meta: {}, count: 3 };
    expect(cardAsYaml("s3.tag_object", inputs, "acme")).toBe(`- id: tag_object
  card: s3.tag_object
  connection: acme
  inputs:
    bucket: example
    tags:
      - key: a
        value: b c
    meta: {}
    count: 3`);
  });

  it.each(["yes", "12", "", "a: b", "- x", "{{ a.b }}", "#no", "2026-01-01", "tr\nue", "*", "~"])(
    "quotes %j, which would be read as something else",
    (text) => {
      expect(yamlOf(text)).toBe(JSON.stringify(text));
    },
  );

  it("keeps what is no text", () => {
    expect([null, true, 1.5, [], {}].map((value) => yamlOf(value))).toEqual([
      "null",
      "true",
      "1.5",
      "[]",
      "{}",
    ]);
  });
});

describe("a search", () => {
  const card = (title: string, summary: string, effect = "read") => ({
    id: title.toLowerCase(),
    title,
    summary,
    effect,
  });
  const all = [card("Copy", "from read"), card("Read", "an object"), card("Drop", "it", "destroy")];

  it("wants every word, and puts titles first", () => {
    expect(searched(all, "READ").map((each) => each.title)).toEqual(["Read", "Copy"]);
    expect(searched(all, "read object").map((each) => each.title)).toEqual(["Read"]);
    expect(searched(all, "nothing")).toEqual([]);
  });

  it("narrows to an effect", () => {
    expect(searched(all, "", "destroy").map((each) => each.title)).toEqual(["Drop"]);
  });
});
