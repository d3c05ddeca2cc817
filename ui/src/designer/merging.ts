import { difference } from "./difference";

export interface Merged {
  text: string;
  /** In how many places both had changed the same lines; "mine" stand there. */
  clashes: number;
}

/**
 * What both have made of one text, line by line. Where both have only added lines, both are kept
 * if `both` says so: theirs first.
 */
export function merged(base: string, mine: string, theirs: string, both = true): Merged {
  const old = base.split("\n");
  const own = mine.split("\n");
  const other = theirs.split("\n");
  const ownAt = places(base, mine);
  const otherAt = places(base, theirs);
  const lines: string[] = [];
  let clashes = 0;
  let [i, m, t] = [0, 0, 0];
  for (let stable = 0; stable <= old.length; stable += 1) {
    const end = stable === old.length;
    const [toOwn, toOther] = end
      ? [own.length, other.length]
      : [ownAt[stable] ?? -1, otherAt[stable] ?? -1];
    if (toOwn < 0 || toOther < 0) continue;
    const was = old.slice(i, stable).join("\n");
    const [ours, others] = [own.slice(m, toOwn), other.slice(t, toOther)];
    const [left, right] = [ours.join("\n"), others.join("\n")];
    const untouched = (chunk: readonly string[]) =>
      chunk.length === stable - i && chunk.join("\n") === was;
    if (untouched(ours)) lines.push(...others);
    else if (untouched(others) || (left === right && ours.length === others.length))
      lines.push(...ours);
    else if (both && stable === i) lines.push(...others, ...ours);
    else {
      lines.push(...ours);
      clashes += 1;
    }
    if (!end) lines.push(old[stable] ?? "");
    [i, m, t] = [stable + 1, toOwn + 1, toOther + 1];
  }
  return { text: lines.join("\n"), clashes };
}

/** Where each line of `before` stands in `after`; -1 for those that do not. */
function places(before: string, after: string): number[] {
  const found: number[] = [];
  let at = 0;
  for (const { sign } of difference(before, after)) {
    if (sign !== "+") found.push(sign === " " ? at : -1);
    if (sign !== "-") at += 1;
  }
  return found;
}
