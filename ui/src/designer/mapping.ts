/**
 * The syntax of mappings inside one text, as the server reads it (flows/template.py):
 *
 *     inside    = reference [ "??" literal ] | json-string
 *     reference = root { "." name | "[" integer "]" | "[" json-string "]" }
 */
import { mapping as texts } from "../texts/mapping";
import type { Path, Step } from "./shape";

export interface Reference {
  root: string;
  path: Path;
  /** What stands in where there is nothing; `undefined` if nothing does. */
  fallback?: unknown;
}

export interface ReferencePart {
  reference: Reference;
  /** From which character up to which it stands in the text. */
  from: number;
  to: number;
}

/** Literal stretches and references, in order. */
export type Part = string | ReferencePart;

const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/** The parts of a text, or null if it is no sound mapping. Without `{{` it is one stretch. */
export function parseText(text: string): Part[] | null {
  const parts: Part[] = [];
  let literal = "";
  let here = 0;
  for (let opening = text.indexOf("{{"); opening >= 0; opening = text.indexOf("{{", here)) {
    literal += text.slice(here, opening);
    const found = parseInside(text, opening);
    if (!found) return null;
    here = found.to;
    if (found.literal !== undefined) {
      literal += found.literal;
    } else if (found.reference) {
      if (literal) parts.push(literal);
      literal = "";
      parts.push({ reference: found.reference, from: opening, to: here });
    }
  }
  literal += text.slice(here);
  if (literal || !parts.length) parts.push(literal);
  return parts;
}

/** The reference, if the value is one and nothing else: then it keeps its type. */
export function loneReference(value: unknown): Reference | null {
  if (typeof value !== "string" || !value.includes("{{")) return null;
  const parts = parseText(value);
  const only = parts?.length === 1 ? parts[0] : undefined;
  return only && typeof only !== "string" ? only.reference : null;
}

export function isMapped(value: unknown): boolean {
  return typeof value === "string" && value.includes("{{");
}

/** `objects[0].key` after a root; other names than plain ones in brackets. */
export function dotted(path: Path): string {
  return path
    .map((step) =>
      typeof step === "number"
        ? `[${step}]`
        : NAME.test(step)
          ? `.${step}`
          : `[${JSON.stringify(step)}]`,
    )
    .join("");
}

/** `{{ find.objects[0].key ?? "" }}` */
export function write({ root, path, fallback }: Reference): string {
  const otherwise = fallback === undefined ? "" : ` ?? ${JSON.stringify(fallback)}`;
  return `{{ ${root}${dotted(path)}${otherwise} }}`;
}

/** As a chip shows it: `find › objects › #1 › size, or 0`. */
export function chip({ root, path, fallback }: Reference): string {
  const found = [root, ...path.map(saidStep)].join(" › ");
  return fallback === undefined ? found : `${found}, ${texts.or(saidLiteral(fallback))}`;
}

/** The end of it alone: `size`. */
export function shortChip({ root, path }: Reference): string {
  const last = path.at(-1);
  return last === undefined ? root : saidStep(last);
}

/** A step of a path: an item by its place as people count. */
function saidStep(step: Step): string {
  if (typeof step === "string") return step;
  return step >= 0 ? `#${step + 1}` : step === -1 ? texts.last : `#${step}`;
}

/** A text with chips for what is mapped in it, as words; what is no sound mapping as it is. */
export function saidText(text: string): string {
  const parts = parseText(text);
  return parts
    ? parts.map((part) => (typeof part === "string" ? part : chip(part.reference))).join("")
    : text;
}

function saidLiteral(value: unknown): string {
  const said = texts.literals;
  if (value === null) return said.nothing;
  if (value === "") return said.emptyText;
  if (Array.isArray(value)) return said.emptyList;
  if (typeof value === "boolean") return value ? said.yes : said.no;
  return typeof value === "object" ? said.emptyObject : String(value);
}

/** The text with another fallback for its reference of this number; `undefined` for none. What
 * else stands in it stays as it is written. */
export function withFallback(text: string, index: number, fallback: unknown): string {
  const parts = (parseText(text) ?? []).filter((part) => typeof part !== "string");
  const part = parts[index];
  if (!part) return text;
  return text.slice(0, part.from) + write({ ...part.reference, fallback }) + text.slice(part.to);
}

/** Text as it must be written to be taken as it is. */
export function literal(text: string): string {
  return text.replaceAll("{{", '{{ "{{" }}');
}

/** Every reference in a value, at any depth. */
export function references(value: unknown): Reference[] {
  if (typeof value === "string") {
    if (!value.includes("{{")) return [];
    return (parseText(value) ?? []).flatMap((part) =>
      typeof part === "string" ? [] : [part.reference],
    );
  }
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(references);
  return [];
}

/** The value with references to each of these roots leading to another; what has none is the same
 * object. */
export function renameRoots<T>(value: T, roots: ReadonlyMap<string, string>): T {
  return changeReferences(value, (reference) => {
    const root = roots.get(reference.root);
    return root === undefined ? reference : { ...reference, root };
  });
}

/** The value with `start.<old>` as `start.<renamed>`. */
export function renameInput<T>(value: T, old: string, renamed: string): T {
  return changeReferences(value, (reference) =>
    reference.root === "start" && reference.path[0] === old
      ? { ...reference, path: [renamed, ...reference.path.slice(1)] }
      : reference,
  );
}

function changeReferences<T>(value: T, change: (reference: Reference) => Reference): T {
  if (typeof value === "string") {
    const parts = value.includes("{{") ? parseText(value) : null;
    if (!parts) return value;
    let written: string = value;
    for (const part of parts.toReversed()) {
      if (typeof part === "string") continue;
      const changed = change(part.reference);
      if (changed !== part.reference) {
        written = written.slice(0, part.from) + write(changed) + written.slice(part.to);
      }
    }
    return written as T;
  }
  if (Array.isArray(value)) {
    const items = value.map((each) => changeReferences(each, change));
    return (items.some((each, index) => each !== value[index]) ? items : value) as T;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(
      ([name, each]) => [name, changeReferences(each, change)] as const,
    );
    const same = entries.every(([name, each]) => each === (value as Record<string, unknown>)[name]);
    return same ? value : (Object.fromEntries(entries) as T);
  }
  return value;
}

interface Inside {
  reference?: Reference;
  literal?: string;
  to: number;
}

const STRING = /"(?:[^"\\\p{Cc}]|\\.)*"/uy;
const ROOT = /[A-Za-z_][A-Za-z0-9_]*/y;
const FIELD = /\.([A-Za-z_][A-Za-z0-9_-]*)/y;
const INDEX = /\[[ \t\r\n]*(-?(?:0|[1-9][0-9]{0,8}))[ \t\r\n]*\]/y;
const KEY = /\[[ \t\r\n]*("(?:[^"\\\p{Cc}]|\\.)*")[ \t\r\n]*\]/uy;
const BLANKS = /[ \t\r\n]*/y;
const LITERAL =
  /"(?:[^"\\\p{Cc}]|\\.)*"|true|false|null|\[\]|\{\}|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/uy;

function parseInside(text: string, opening: number): Inside | null {
  let here = opening + 2;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = here;
    const found = pattern.exec(text);
    if (found) here += found[0].length;
    return found;
  };
  match(BLANKS);
  const string = match(STRING);
  if (string) {
    match(BLANKS);
    const said = json(string[0]);
    return text.startsWith("}}", here) && typeof said === "string"
      ? { literal: said, to: here + 2 }
      : null;
  }
  const root = match(ROOT)?.[0];
  if (!root) return null;
  const path: Step[] = [];
  for (;;) {
    const name = match(FIELD);
    const index = name ? null : match(INDEX);
    const key = name || index ? null : match(KEY);
    if (name?.[1]) path.push(name[1]);
    else if (index) path.push(Number(index[1]));
    else if (key?.[1]) path.push(String(json(key[1])));
    else break;
  }
  match(BLANKS);
  const reference: Reference = { root, path };
  if (text.startsWith("??", here)) {
    here += 2;
    match(BLANKS);
    const fallback = match(LITERAL);
    if (!fallback) return null;
    reference.fallback = json(fallback[0]);
    match(BLANKS);
  }
  return text.startsWith("}}", here) ? { reference, to: here + 2 } : null;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
