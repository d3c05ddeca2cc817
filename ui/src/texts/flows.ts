/** What the list of flows says. */
export const flows = {
  title: "Flows",
  newFlow: "New flow",
  search: "Search flows",
  searchHint: "Title, name, connection",
  empty: "No flows yet",
  emptyText:
    "A flow is a row of cards: each does one thing on S3 and hands its results to those after it.",
  noneFound: "No flow fits",
  noneFoundText: "Try fewer letters, or another connection's name.",
  columns: {
    flow: "Flow",
    connections: "Connections",
    cards: "Cards",
    lastRun: "Last run",
    saved: "Saved",
  },
  cards: (count: number) => (count === 1 ? "1 card" : `${count} cards`),
  version: (version: number) => `version ${version}`,
  neverRan: "never ran",
  noConnections: "none",
  count: (shown: number, all: number) =>
    shown === all ? `${all} flow${all === 1 ? "" : "s"}` : `${shown} of ${all} flows`,
  create: {
    title: "New flow",
    label: "Title",
    hint: "What it does, in a few words: Hold a leaver's documents",
    name: "Name",
    nameHelp: "For commands and programs. It stays when the title changes.",
    nameWrong: "Small letters, digits, - and _; it begins with a letter or a digit.",
    create: "Create flow",
    cancel: "Cancel",
  },
} as const;
