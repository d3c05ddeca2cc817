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
  },
  underWay: {
    title: "Under way",
    none: "Nothing is running now.",
    more: (count: number) => `and ${count.toLocaleString("en")} more`,
  },
  latest: { title: "Ran lately", all: "All runs" },
  connections: {
    title: "Connections",
    allSafe: (count: number) =>
      count === 1 ? "The one connection is verified." : `All ${count} connections are verified.`,
    none: "No account is connected yet.",
    connect: "Connect an account",
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
    steps: [
      {
        title: "Connect an account",
        text: "Make a role that trusts Penstock with an external ID of its own. It is proved safe before it is used.",
        action: "New connection",
        to: "/connections",
      },
      {
        title: "Make a flow",
        text: "Put cards in a row, and give one card's outputs to the next one's inputs.",
        action: "Make a flow",
        to: "/flows",
      },
      {
        title: "Run it",
        text: "See every card's values, and what AWS said to each request.",
        action: "See the cards there are",
        to: "/cards",
      },
    ],
  },
} as const;
