/** A hint's sentences, and the statement at its end set out over several lines. */
export function partsOf(hint?: string | null): { before: string; statement: string } {
  if (!hint) return { before: "", statement: "" };
  const brace = hint.indexOf("{");
  if (brace >= 0) {
    try {
      const statement = JSON.stringify(JSON.parse(hint.slice(brace)), null, 2);
      // "... It must be: {" is said by the label of the statement.
      return {
        before: hint
          .slice(0, brace)
          .replace(/[^.;]*:\s*$/, "")
          .trim(),
        statement,
      };
    } catch {
      // Not a statement after all: then it is part of the sentence.
    }
  }
  return { before: hint, statement: "" };
}
