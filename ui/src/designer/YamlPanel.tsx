import { useRef } from "react";
import { Prose } from "../parts";
import { designer } from "../texts";
import type { Found } from "./editing";
import styles from "./Panels.module.css";

interface YamlPanelProps {
  text: string;
  behind: boolean;
  problems: readonly Found[];
  onChange: (text: string) => void;
}

const texts = designer.yamlPanel;
const LINE = 19;

/** The document as text, beside the strip. */
export function YamlPanel({ text, behind, problems, onChange }: YamlPanelProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const numbers = useRef<HTMLDivElement>(null);
  const count = text.split("\n").length;
  const marked = new Map<number, string>();
  for (const each of problems) {
    const line = Number(each.where?.line ?? 0);
    if (line && marked.get(line) !== "error") marked.set(line, each.severity);
  }
  const go = (line: number, column: number) => {
    const lines = text.split("\n");
    const at =
      lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    area.current?.focus();
    area.current?.setSelectionRange(at, at);
    if (area.current) area.current.scrollTop = Math.max(0, (line - 6) * LINE);
  };
  return (
    <div className={styles.panel}>
      <p className={styles.help}>{texts.text}</p>
      <div className={styles.editor} data-behind={behind || undefined}>
        <div className={styles.numbers} ref={numbers} aria-hidden="true">
          {Array.from({ length: count }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <div key={index} data-severity={marked.get(index + 1)}>
              {index + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={area}
          aria-label={texts.label}
          value={text}
          readOnly={behind}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
          onScroll={(event) => {
            if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
      {problems.length > 0 && (
        <ul className={styles.findings}>
          {problems.map((each) => (
            <li key={`${each.pointer} ${each.code} ${each.message}`} data-severity={each.severity}>
              <button
                type="button"
                onClick={() => go(Number(each.where?.line ?? 1), Number(each.where?.column ?? 1))}
              >
                {each.where?.line && (
                  <span className={styles.line}>
                    {texts.format} {each.where.line}
                  </span>
                )}
                <span>
                  <Prose text={each.message} /> {each.hint && <Prose text={each.hint} />}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
