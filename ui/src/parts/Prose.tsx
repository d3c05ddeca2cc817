import styles from "./parts.module.css";

const TURNING = /[\u0590-\u08FF\u202A-\u202E\u2066-\u2069]/;
const QUOTED = /('[^']*')/;

/**
 * A sentence of the server, its `code` in the typeface of code. What it quotes may be written from
 * right to left, or say that it is: that turns neither the sentence around nor what is beside it.
 */
export function Prose({ text }: { text: string }) {
  return (
    <span className={styles.prose}>
      {text.split("`").map((part, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
        index % 2 ? <code key={index}>{part}</code> : <Plain key={index} text={part} />,
      )}
    </span>
  );
}

function Plain({ text }: { text: string }) {
  if (!TURNING.test(text)) return text;
  return text.split(QUOTED).map((part, index) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change places
    index % 2 ? <bdi key={index}>{part}</bdi> : part,
  );
}
