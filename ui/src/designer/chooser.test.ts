import { expect, test } from "vitest";
import { filtered, first } from "./chooser";
import { needsOf } from "./needs";

const GROUPS = [
  {
    title: "Amazon S3",
    options: [
      { key: "download", label: "Download Object", detail: "Read an object's content." },
      { key: "read", label: "Read Object", detail: "Read its metadata." },
      { key: "key", label: "key", trail: "objects › first item › key" },
    ],
  },
];
const found = (typed: string) =>
  filtered(GROUPS, typed).flatMap(({ options }) => options.map(({ key }) => key));

test("every word counts, names before sentences", () => {
  expect(found("read object")).toEqual(["read", "download"]);
  expect(found("first key")).toEqual(["key"]);
  expect(found("s3")).toHaveLength(3);
  expect(found("nothing")).toEqual([]);
  expect(found("  ")).toHaveLength(3);
});

test("only the first are shown, and it is said how many more there are", () => {
  const { shown, more } = first(
    [...GROUPS, { title: "Start", options: [{ key: "s", label: "s" }] }],
    2,
  );
  expect(shown.flatMap(({ options }) => options.map(({ key }) => key))).toEqual([
    "download",
    "read",
  ]);
  expect(more).toBe(2);
});

test("permissions on one thing stand together, optional ones last", () => {
  const permission = (action: string, resource: string, optional = false) =>
    ({
      action,
      resource,
      optional,
      verdict: "allowed",
      reason: "",
      statements: [],
      missing_keys: [],
    }) as const;
  const needs = needsOf([
    permission("s3:ListBucket", "arn:aws:s3:::b", true),
    permission("s3:GetObject", "arn:aws:s3:::b/*"),
    permission("s3:GetObjectTagging", "arn:aws:s3:::b/*", true),
    permission("s3:GetObject", "arn:aws:s3:::b/*"),
  ] as never);
  expect(needs).toEqual([
    { resource: "b/*", actions: ["s3:GetObject"], optional: ["s3:GetObjectTagging"] },
    { resource: "b", actions: [], optional: ["s3:ListBucket"] },
  ]);
});
