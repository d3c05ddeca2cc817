/** What typed text says as a value, and a value as a control writes it. */

/** A number, or the text where it is none. */
export function numberOf(typed: string): unknown {
  const text = typed.trim();
  if (!text) return undefined;
  // A number that JSON would not keep as it is stays text, for the server to judge.
  return /^-?\d{1,15}(\.\d{1,10})?$/.test(text) && !/\.\d*0$/.test(text) ? Number(text) : text;
}

/** Whatever JSON says; what is no JSON is text. */
export function anyOf(typed: string): unknown {
  const text = typed.trim();
  if (!text) return undefined;
  if (text.startsWith("{{")) return typed;
  try {
    return JSON.parse(text);
  } catch {
    return typed;
  }
}

/** An ISO 8601 time as the browser's date field takes it; empty for what is none. */
export function localOf(value: unknown): string {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT/.test(value)) return "";
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return "";
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
