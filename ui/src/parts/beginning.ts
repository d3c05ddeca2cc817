/** A text's beginning, on one line. Never cut in the middle of a character. */
export function beginningOf(text: string, length: number): string {
  // A character takes two units at most, so these hold enough of them whole.
  const some = text.slice(0, 2 * length + 2);
  const characters = [...some.replaceAll(/\s+/g, " ")];
  const all = some.length === text.length && characters.length <= length;
  return all ? characters.join("") : `${characters.slice(0, length).join("")}…`;
}
