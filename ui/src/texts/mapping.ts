/** What the designer says of mappings: what stands in for what is missing, and lists. */
export const mapping = {
  or: (said: string) => `or ${said}`,
  last: "last",
  literals: {
    nothing: "nothing",
    emptyText: "an empty text",
    emptyList: "an empty list",
    emptyObject: "an empty object",
    yes: "yes",
    no: "no",
  },
  fallback: {
    button: (name: string) => `If what ${name} is mapped to is missing`,
    title: (chip: string) => `If ${chip} is missing, use…`,
    value: (chip: string) => `What to use for ${chip}`,
    ways: {
      none: "nothing else: it must be there",
      text: "a text",
      number: "a number",
      boolean: "yes or no",
      list: "an empty list",
      object: "an empty object",
      null: "nothing (null)",
    },
    help: "Also where it is null.",
    done: "Done",
    say: "Say what to use then",
  },
  list: {
    label: (name: string) => `${name} takes one value`,
    text: (chip: string, name: string) => `${chip} is a list, and ${name} takes one value.`,
    first: "Use its first item",
    each: (title: string) => `Do this for each item, in ${title}`,
    cancel: "Leave it",
    option: "a list: its first item, or each",
    wrapped: (title: string, id: string) => `Now inside ${title}, ${id}.`,
  },
} as const;
