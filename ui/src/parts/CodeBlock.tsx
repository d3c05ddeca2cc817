import { Fragment, type ReactNode } from "react";
import { CopyButton } from "./CopyButton";
import styles from "./parts.module.css";

interface CodeBlockProps {
  code: string;
  /** What it is, for the accessible names: "trust policy". */
  label: string;
  language?: "json" | "plain";
  /** Without a copy button. */
  bare?: boolean;
}

/** What AWS or a program would print, to be read and copied. It scrolls by keyboard, too. */
export function CodeBlock({ code, label, language = "plain", bare = false }: CodeBlockProps) {
  return (
    <div className={styles.code}>
      {!bare && (
        <div className={styles.codeCopy}>
          <CopyButton value={code} what={label} />
        </div>
      )}
      <section aria-label={label}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <pre tabIndex={0}>
          <code>{language === "json" ? coloured(code) : code}</code>
        </pre>
      </section>
    </div>
  );
}

const STRINGS = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

/** JSON with its keys and texts coloured; anything else is left as it is. */
function coloured(json: string): ReactNode[] {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of json.matchAll(STRINGS)) {
    const [text, colon] = match;
    const quoted = colon ? text.slice(0, -colon.length) : text;
    parts.push(json.slice(from, match.index));
    parts.push(
      <Fragment key={match.index}>
        <span className={colon ? styles.key : styles.text}>{quoted}</span>
        {colon}
      </Fragment>,
    );
    from = match.index + text.length;
  }
  parts.push(json.slice(from));
  return parts;
}
