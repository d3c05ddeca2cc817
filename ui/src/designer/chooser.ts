/** What a chooser offers, and which of it fits what was typed. */
export interface Option {
  key: string;
  label: string;
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

/** The groups with the options in which every word is found, in order; those that can be chosen
 * come first where something was typed. */
export function filtered(groups: readonly Group[], typed: string): Group[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return groups.filter((group) => group.options.length);
  return groups.flatMap((group) => {
    const options = group.options.filter((option) => {
      const text = `${group.title} ${option.label} ${option.detail ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return options.length ? [{ ...group, options }] : [];
  });
}
