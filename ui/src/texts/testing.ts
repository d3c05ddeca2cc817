/** What the test of one card says. */
export const testing = {
  button: "Test this card",
  labelOf: (label: string, card: string) => `${label}: ${card}`,
  close: "Close the test",
  region: (card: string) => `Test of ${card}`,
  effect: {
    pure: "Runs this card alone, with these values.",
    read: "Runs this card alone, with these values. It only reads.",
    write: "Runs this card alone, with these values, and for real: what it writes is written.",
    destroy: "Runs this card alone, with these values, and for real.",
  } as Record<string, string>,
  along: (cards: string) => `It takes a file of ${cards}, so that runs first.`,
  /** The words around a run's link. */
  known: "As in",
  knownRun: "an earlier run",
  unsound: "To be mended before it can be tested:",
  nothing: "It takes nothing from elsewhere in the flow.",
  run: "Run this card",
  again: "Run it again",
  stop: "Cancel",
  open: "Open the run",
  result: "Result of the test",
  requests: (count: number) => (count === 1 ? "1 request" : `${count} requests`),
} as const;
