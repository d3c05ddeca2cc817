const plural = (count: number, one: string, many: string) =>
  `${count.toLocaleString("en")} ${count === 1 ? one : many}`;

/** What Home says. */
export const home = {
  title: "Home",
  chart: {
    title: "Runs",
    spans: { day: "24 hours", fortnight: "14 days", quarter: "90 days" },
    span: "Time shown",
    summary: (runs: number, failed: number) =>
      runs === 0
        ? "Nothing ran in this time."
        : `${plural(runs, "run", "runs")}, ${failed === 0 ? "none failed" : `${failed.toLocaleString("en")} failed`}`,
    picture: (span: string, runs: number, failed: number, most: number) =>
      `Runs started in the last ${span}: ${runs} in all, ${failed} failed, at most ${most} at once in one bar.`,
    succeeded: "succeeded",
    failed: "failed",
    cancelled: "cancelled",
    unended: "under way",
    asTable: "As a table",
    when: "Started",
    bar: (when: string, parts: string) => `${when}: ${parts}`,
  },
  failed: {
    title: "Failed lately",
    none: "Nothing has failed in the last 30 days.",
    all: "All failed runs",
    times: (count: number) => `${count >= 100 ? "100 times or more" : `${count} times`} in 30 days`,
    more: (count: number) => `and ${plural(count, "other flow", "other flows")}`,
  },
  underWay: {
    title: "Under way",
    all: "All running",
  },
  latest: { title: "Ran lately", all: "All runs", none: "Nothing ran yet." },
  connections: {
    title: "Connections",
    allSafe: (count: number) =>
      count === 1 ? "The one connection is verified." : `All ${count} connections are verified.`,
    others: (count: number) =>
      count === 1 ? "The other one is verified." : `The other ${count} are verified.`,
    none: "No account is connected yet.",
    all: "All connections",
    drafts: (count: number) => plural(count, "draft is unfinished", "drafts are unfinished"),
    since: "last looked at",
    unsafe: "Flows do not use it until its trust policy is mended.",
    denied: "Its role could not be assumed.",
    stale: "It was not verified for a while.",
  },
  begin: {
    title: "Three steps to a first run",
    text: "Penstock automates Amazon S3 through roles of yours. It keeps no keys.",
    doneTitle: "From an account to a run",
    doneText: "Open the flow, change a card, and run it again.",
    connect: {
      title: "Connect an account",
      text: "Make a role that trusts Penstock with an external ID of its own. It is proved safe before it is used.",
      action: "New connection",
      finish: "Finish the connection",
      mend: "See what is wrong",
      done: "An account is connected",
      role: "Role",
      account: "of account",
      proved: "Proved to refuse whoever comes without its external ID.",
      open: "See the proof",
    },
    make: {
      title: "Make a flow",
      text: "Put cards in a row, and give one card's outputs to the next one's inputs.",
      action: "Make a flow",
      done: "A flow is made",
      cards: (count: number) => plural(count, "card", "cards"),
      open: "Open the flow",
      run: "Open it and run it",
    },
    run: {
      title: "Run it",
      text: "See every card's values, and what AWS said to each request.",
      action: "See the cards there are",
      done: "It ran",
      cards: "Cards of the run",
      more: (count: number) => `and ${count} more`,
      open: "See every card's values",
      why: "See why",
    },
  },
} as const;
