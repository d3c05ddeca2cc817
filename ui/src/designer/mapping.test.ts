import { expect, test } from "vitest";
import {
  chip,
  isMapped,
  literal,
  loneReference,
  parseText,
  references,
  renameInput,
  renameRoots,
  saidText,
  withFallback,
  write,
} from "./mapping";

test("a reference alone, in text, with odd keys, indexes and fallbacks", () => {
  expect(loneReference("{{ find.objects[0].key }}")).toEqual({
    root: "find",
    path: ["objects", 0, "key"],
  });
  expect(loneReference('{{read.metadata["odd key"] ?? ""}}')).toEqual({
    root: "read",
    path: ["metadata", "odd key"],
    fallback: "",
  });
  expect(loneReference("a {{ start.x }}")).toBeNull();
  expect(parseText("users/{{ start.person }}/")).toEqual([
    "users/",
    { reference: { root: "start", path: ["person"] }, from: 6, to: 24 },
    "/",
  ]);
});

test("what is no sound mapping is told", () => {
  for (const wrong of [
    "{{ }}",
    "{{ 1 }}",
    "{{ a.b",
    "{{ a + b }}",
    "{{ a. }}",
    "{{ a[b] }}",
    "{{ a ?? b }}",
  ]) {
    expect(parseText(wrong), wrong).toBeNull();
    expect(isMapped(wrong)).toBe(true);
  }
});

test("escaped braces are text", () => {
  expect(parseText(literal("{{ x }}"))).toEqual(["{{ x }}"]);
  expect(references(literal("{{ x }}"))).toEqual([]);
});

test("written as it is read", () => {
  for (const text of [
    "{{ a }}",
    "{{ a.b[0].c }}",
    '{{ a["b c"] ?? "x" }}',
    "{{ a[-1] ?? null }}",
  ]) {
    const found = loneReference(text);
    expect(found && write(found)).toBe(text);
  }
});

test("a chip counts from one", () => {
  expect(chip({ root: "find", path: ["objects", 0, "key"] })).toBe("find › objects › #1 › key");
});

test("a renamed card is followed at any depth, and nothing else changes", () => {
  const value = { a: "x {{ find.key }} {{ other.key }}", b: ["{{ find }}"], c: { d: 1 } };
  const renamed = renameRoots(value, new Map([["find", "search"]]));
  expect(renamed).toEqual({
    a: "x {{ search.key }} {{ other.key }}",
    b: ["{{ search }}"],
    c: { d: 1 },
  });
  expect(renamed.c).toBe(value.c);
  expect(renameRoots(value, new Map([["nobody", "x"]]))).toBe(value);
  expect(renameInput("{{ start.a.b }} {{ start.ab }}", "a", "z")).toBe(
    "{{ start.z.b }} {{ start.ab }}",
  );
});

test("a fallback is put in, changed and taken out, and the rest stays as it is written", () => {
  const text = 'a {{  find.size}} b {{ find.name ?? "x" }} {{ "{{" }}';
  const given = withFallback(text, 0, 0);
  expect(given).toBe('a {{ find.size ?? 0 }} b {{ find.name ?? "x" }} {{ "{{" }}');
  expect(withFallback(text, 1, undefined)).toBe('a {{  find.size}} b {{ find.name }} {{ "{{" }}');
  expect(withFallback(text, 2, 1)).toBe(text);
  for (const value of ['a "quoted" }} text', -1.5, true, null, [], {}]) {
    const lone = withFallback("{{ a.b }}", 0, value);
    expect(loneReference(lone)).toEqual({ root: "a", path: ["b"], fallback: value });
  }
});

test("chips say what stands in", () => {
  const said = (text: string) => saidText(text);
  expect(said("{{ find.size ?? 0 }}")).toBe("find › size, or 0");
  expect(said('{{ find.name ?? "" }}')).toBe("find › name, or an empty text");
  expect(said("{{ find.all ?? [] }}")).toBe("find › all, or an empty list");
  expect(said("{{ find.all ?? null }}")).toBe("find › all, or nothing");
  expect(said("{{ find.on ?? false }}")).toBe("find › on, or no");
  expect(said('{{ "{{" }} {{ find[-1] }}')).toBe("{{ find › last");
  expect(said("{{ find.size ?? other.size }}")).toBe("{{ find.size ?? other.size }}");
});
