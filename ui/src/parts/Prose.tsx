/** A sentence of the server, its `code` in the typeface of code. */
export function Prose({ text }: { text: string }) {
  return (
    <>
      {text.split("`").map((part, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
        index % 2 ? <code key={index}>{part}</code> : part,
      )}
    </>
  );
}
