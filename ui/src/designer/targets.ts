/** Which inputs of a flow a value can go to, and how it comes there. */
import { type CardPath, everyCard, type FlowDocument, leadsInto, pathOfId } from "./document";
import { type Field, fieldsOf } from "./form";
import type { Catalog } from "./scope";
import type { Schema } from "./shape";

/** An input that a value can go to. */
export interface Target {
  path: CardPath;
  /** Names that lead to it: `source`, `bucket`. */
  input: readonly string[];
  label: string;
  help: string;
  field: Field;
  value: unknown;
}

export interface TargetGroup {
  title: string;
  targets: Target[];
}

/** The inputs of every card for which `root` has a value, groups opened. */
export function targetsAfter(
  document: FlowDocument,
  root: string,
  catalog: Catalog,
  within?: CardPath,
): TargetGroup[] {
  const from = pathOfId(document, root);
  return everyCard(document.cards).flatMap(({ use, path }) => {
    const card = catalog.get(use.card);
    if (!card || (from && !within && !follows(path, from))) return [];
    if (within && !leadsInto(path, within)) return [];
    const targets = targetsOf(path, fieldsOf(card.inputs as Schema), use.inputs ?? {}, []);
    return [{ title: `${card.title} · ${use.id}`, targets }];
  });
}

/** Whether a card runs after another has ended: it stands after it in the same list of cards, or
 * inside of what does. */
export function follows(path: CardPath, other: CardPath): boolean {
  const last = other.length - 1;
  const [here, there] = [path[last], other[last]];
  return (
    path.length >= other.length &&
    leadsInto(path, other.slice(0, -1)) &&
    Number(here) > Number(there)
  );
}

function targetsOf(
  path: CardPath,
  fields: readonly Field[],
  values: Record<string, unknown>,
  within: readonly string[],
): Target[] {
  return fields.flatMap((each) => {
    const input = [...within, each.name];
    const value = values[each.name];
    const [control] = each.controls;
    if (each.controls.length === 1 && control.kind === "group" && control.fields) {
      const held = typeof value === "object" && value !== null ? value : {};
      return targetsOf(path, control.fields, held as Record<string, unknown>, input);
    }
    const label = input.length > 1 ? `${within.join(" › ")} › ${each.label}` : each.label;
    return [{ path, input, label, help: each.help, field: each, value }];
  });
}

/** Inputs with `value` at the names that lead to it. */
export function withValue(
  inputs: Record<string, unknown>,
  [name, ...rest]: readonly string[],
  value: unknown,
): Record<string, unknown> {
  if (name === undefined) return inputs;
  const held = inputs[name];
  const inside = typeof held === "object" && held !== null ? (held as Record<string, unknown>) : {};
  return { ...inputs, [name]: rest.length ? withValue(inside, rest, value) : value };
}
