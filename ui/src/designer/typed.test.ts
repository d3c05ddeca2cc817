import { expect, test } from "vitest";
import { anyOf, localOf, numberOf } from "./typed";

test("a number that JSON would not keep as it is typed stays text", () => {
  expect(numberOf(" 12 ")).toBe(12);
  expect(numberOf("-0.5")).toBe(-0.5);
  expect(numberOf("1.50")).toBe("1.50");
  expect(numberOf("12345678901234567890")).toBe("12345678901234567890");
  expect(numberOf("{{ find.count }}")).toBe("{{ find.count }}");
  expect(numberOf(" ")).toBeUndefined();
});

test("what is no JSON is text, and a mapping is no JSON", () => {
  expect(anyOf('{"a": [1, null]}')).toEqual({ a: [1, null] });
  expect(anyOf("{a}")).toBe("{a}");
  expect(anyOf("{{ find.objects }}")).toBe("{{ find.objects }}");
  expect(anyOf("")).toBeUndefined();
});

test("a time is shown in this browser's zone; what is none is not", () => {
  const local = localOf("2026-03-01T12:00:00Z");
  expect(new Date(local).toISOString()).toBe("2026-03-01T12:00:00.000Z");
  for (const each of ["{{ start.when }}", "2026-03-01", "2026-99-01T00:00:00Z", null])
    expect(localOf(each)).toBe("");
});
