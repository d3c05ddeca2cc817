/** Lines of two texts: those of both, those only in the old one, those only in the new one. */
export interface Line {
  sign: " " | "+" | "-";
  text: string;
}

const MOST = 4_000_000;

/** The shortest way from one text to the other, line by line. */
export function difference(before: string, after: string): Line[] {
  const old = before.split("\n");
  const fresh = after.split("\n");
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < fresh.length - head &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  ) {
    tail += 1;
  }
  const same = (text: string): Line => ({ sign: " ", text });
  return [
    ...old.slice(0, head).map(same),
    ...middle(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)),
    ...old.slice(old.length - tail).map(same),
  ];
}

function middle(old: string[], fresh: string[]): Line[] {
  const width = fresh.length + 1;
  // Texts that differ in thousands of lines are shown as one replaced by the other.
  if (old.length * fresh.length > MOST) return [...old.map(removed), ...fresh.map(added)];
  const longest = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        old[i] === fresh[j]
          ? (longest[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(longest[(i + 1) * width + j] ?? 0, longest[i * width + j + 1] ?? 0);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push({ sign: " ", text: old[i] ?? "" });
      i += 1;
      j += 1;
    } else if (
      j >= fresh.length ||
      (i < old.length && (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))
    ) {
      lines.push(removed(old[i] ?? ""));
      i += 1;
    } else {
      lines.push(added(fresh[j] ?? ""));
      j += 1;
    }
  }
  return lines;
}

function removed(text: string): Line {
  return { sign: "-", text };
}

function added(text: string): Line {
  return { sign: "+", text };
}

/** Only what changed, with so many lines around it; `null` stands for lines left out. */
export function around(lines: readonly Line[], context = 3): (Line | null)[] {
  const shown: (Line | null)[] = [];
  lines.forEach((line, index) => {
    const near = lines
      .slice(Math.max(0, index - context), index + context + 1)
      .some((each) => each.sign !== " ");
    if (near) shown.push(line);
    else if (shown.at(-1) !== null) shown.push(null);
  });
  return shown;
}
