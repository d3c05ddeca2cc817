import { beginningOf as beginning } from "../parts/beginning";

/** What kind of value it is, for its glyph and how it opens. */
export type ValueKind =
  | "none"
  | "text"
  | "number"
  | "boolean"
  | "list"
  | "object"
  | "file"
  | "hidden";

/** What history holds instead of a secret. */
const HIDDEN = "•••";

const LONG = 90;
const NAMING = ["name", "key", "title", "nickname", "id", "bucket"];

interface FileValue {
  key: string;
  name: string;
  size: number;
  content_type?: string | null;
  sha256?: string | null;
}

export function kindOf(value: unknown): ValueKind {
  if (value === null || value === undefined) return "none";
  if (value === HIDDEN) return "hidden";
  if (Array.isArray(value)) return "list";
  if (isFile(value)) return "file";
  if (typeof value === "object") return "object";
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  return "text";
}

/** Whether it points to a file of the run. */
export function isFile(value: unknown): value is FileValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const { key, name, size } = value as Record<string, unknown>;
  return (
    typeof key === "string" &&
    typeof name === "string" &&
    typeof size === "number" &&
    "sha256" in value
  );
}

/** Whether it takes more than its line to show it whole. */
export function opens(value: unknown): boolean {
  const kind = kindOf(value);
  if (kind === "list") return (value as unknown[]).length > 0;
  if (kind === "object") return Object.keys(value as object).length > 0;
  return kind === "text" && isLong(value as string);
}

export function isLong(text: string): boolean {
  return text.length > LONG || text.includes("\n");
}

/** A text's beginning, as short as it stands on a line of values. */
export function beginningOf(text: string, length = LONG): string {
  return beginning(text, length);
}

/** What tells an object from its neighbours in a list: its name, key or ID. */
export function gistOf(value: object): string | undefined {
  for (const name of NAMING) {
    const found = (value as Record<string, unknown>)[name];
    if (typeof found === "string" && found) return beginningOf(found, 60);
  }
  return undefined;
}

/** Names and values of an object, those without a value apart. */
export function parted(value: object): { full: [string, unknown][]; empty: string[] } {
  const full: [string, unknown][] = [];
  const empty: string[] = [];
  for (const [name, item] of Object.entries(value)) {
    if (kindOf(item) === "none") empty.push(name);
    else full.push([name, item]);
  }
  return { full, empty };
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A number of bytes as a person reads it, in powers of 1000. */
export function bytes(count: number): string {
  let unit = 0;
  let size = count;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || size >= 99.95 ? 0 : 1;
  return `${size.toFixed(digits)} ${UNITS[unit]}`;
}
