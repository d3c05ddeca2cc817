/** A value as YAML block style, as flow documents are written; `indent` spaces before each line. */
export function yamlOf(value: unknown, indent = 0): string {
  return linesOf(value)
    .map((line) => " ".repeat(indent) + line)
    .join("\n");
}

/** A card of a flow that is given these inputs. */
export function cardAsYaml(card: string, inputs: object, connection?: string): string {
  const id = (card.split(".").at(-1) ?? card).toLowerCase().replaceAll(/[^a-z0-9_]/g, "_");
  const use = { id, card, ...(connection ? { connection } : {}), inputs };
  return yamlOf([use]);
}

function linesOf(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.length ? value.flatMap((item) => hung("- ", item)) : ["[]"];
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    return entries.length ? entries.flatMap(([name, item]) => field(name, item)) : ["{}"];
  }
  return [scalar(value)];
}

/** The item's first line after the dash, the others under it. */
function hung(dash: string, item: unknown): string[] {
  const [first = "", ...rest] = linesOf(item);
  return [dash + first, ...rest.map((line) => " ".repeat(dash.length) + line)];
}

function field(name: string, item: unknown): string[] {
  const head = `${scalar(name)}:`;
  const isOpen = typeof item === "object" && item !== null && Object.keys(item).length > 0;
  if (!isOpen) return [`${head} ${linesOf(item)[0]}`];
  return [head, ...linesOf(item).map((line) => `  ${line}`)];
}

// What no YAML reader takes for anything but this very text.
const PLAIN = /^[A-Za-z][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$/;
const TAKEN = /^(true|false|yes|no|on|off|y|n|null|nan|inf)$/i;

function scalar(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value) ?? "null";
  return PLAIN.test(value) && !TAKEN.test(value) ? value : JSON.stringify(value);
}
