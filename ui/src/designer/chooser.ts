/** What a chooser offers, and which of it fits what was typed. */
export interface Option {
  key: string;
  label: string;
  /** The label with those of what holds it: shown when only some options are. */
  trail?: string;
  /** After the label, quieter. */
  detail?: string;
  /** At the right end: a type, a state. */
  aside?: string;
  /** Why it cannot be chosen; it stays to be seen. */
  refused?: string;
  depth?: number;
  tone?: string;
}

export interface Group {
  title: string;
  options: readonly Option[];
}

/** The first so many options, and how many are left out. */
export function first(groups: readonly Group[], most: number): { shown: Group[]; more: number } {
  const shown: Group[] = [];
  let [room, more] = [most, 0];
  for (const group of groups) {
    const options = group.options.slice(0, room);
    if (options.length) shown.push({ ...group, options });
    room -= options.length;
    more += group.options.length - options.length;
  }
  return { shown, more };
}

/** The groups with the options in which every word is found; where the name has them, first. */
export function filtered(groups: readonly Group[], typed: string): Group[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return groups.filter((group) => group.options.length);
  return groups.flatMap((group) => {
    const options = group.options.filter((option) => {
      const text =
        `${group.title} ${option.trail ?? option.label} ${option.detail ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    const rank = ({ label, trail }: Option) => {
      const name = (trail ?? label).toLowerCase();
      if (name.startsWith(typed.trim().toLowerCase())) return 0;
      return words.every((word) => name.includes(word)) ? 1 : 2;
    };
    options.sort((one, other) => rank(one) - rank(other));
    return options.length ? [{ ...group, options }] : [];
  });
}
