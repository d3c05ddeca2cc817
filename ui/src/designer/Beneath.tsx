import { Prose } from "../parts";
import { designer } from "../texts";
import { mapping } from "../texts/mapping";
import type { Found } from "./editing";
import styles from "./Field.module.css";

interface BeneathProps {
  /** What the control is described by. */
  id: string;
  help: string;
  showHelp?: boolean;
  problems: readonly Found[];
  /** Says what stands in for a value that may be missing; only where one is mapped. */
  onStanding?: () => void;
}

/** Beneath a control: what is wrong with its value, and what it is for. */
export function Beneath({ id, help, showHelp, problems, onStanding }: BeneathProps) {
  return (
    <div id={id} className={styles.below}>
      {problems.map((each) => (
        <div
          key={`${each.code} ${each.message}`}
          className={styles.problem}
          data-severity={isMissing(each) ? "missing" : each.severity}
        >
          {isMissing(each) ? (
            designer.field.needed
          ) : (
            <>
              <Prose text={each.message} />{" "}
              {each.code === "may_be_missing" && onStanding ? (
                <button type="button" className={styles.mend} onClick={onStanding}>
                  {mapping.fallback.say}
                </button>
              ) : (
                each.hint && <Prose text={each.hint} />
              )}
            </>
          )}
        </div>
      ))}
      {help && (
        <div className={showHelp ? styles.help : styles.hiddenHelp}>
          <Prose text={help} />
        </div>
      )}
    </div>
  );
}

/** Nothing is wrong yet: only not filled in. */
export function isMissing({ code }: Found): boolean {
  return code === "missing";
}
