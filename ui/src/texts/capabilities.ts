/** What the report on what a connection can do says. */
export const capabilities = {
  title: "What it can do",
  help: "Card by card, what this role may do. It is read from the role's policies, or asked of AWS by requests that only read: nothing is ever written to find out.",
  bucket: "Bucket",
  bucketHelp: "Empty: in whatever bucket of the account.",
  bucketExample: "Any bucket",
  look: "Find out",
  notListed: "The role may not list its buckets: type the name.",
  notAsked: "The buckets could not be listed: type the name.",
  more: "There are more: type how the name begins.",
  inBucket: (bucket: string | null | undefined) =>
    bucket ? `In the bucket ${bucket}` : "In whatever bucket",
  columns: { card: "Card", why: "Why" },
  verdicts: { allowed: "can", denied: "cannot", unknown: "known when tried" },
  count: (allowed: number, denied: number, unknown: number) =>
    [
      `${allowed} can`,
      `${denied} cannot`,
      ...(unknown ? [`${unknown} known only when tried`] : []),
    ].join(", "),
  add: "Statement to add",
  addFor: (card: string) => `Statement to add for ${card}`,
  addRest: "Statement to add for the rest",
  addRestFor: (card: string) => `Statement to add for the rest of ${card}`,
  addAll: "Statements to add for all that it cannot do",
  addAllHelp: "Add them to a policy of the role: the least that lets these cards work.",
  noAdding: "Nothing that is added would help: a Deny has to go first.",
  limits: (count: number) => (count === 1 ? "1 limit" : `${count} limits`),
  limit: (verdict: string) => (verdict === "denied" ? "not allowed" : "known when tried"),
  optional: "works without",
};
