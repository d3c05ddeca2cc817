import { Button } from "@mantine/core";
import { ProblemView } from "../parts";
import { Warning } from "../parts/icons";
import { designer } from "../texts";
import { Conflict } from "./Conflict";
import styles from "./Designer.module.css";
import { isAway, type Keeping } from "./useKeeping";

interface NoticesProps {
  /** What was last done, for screen readers. */
  saying: string;
  keeping: Keeping;
  changed: boolean;
  onCompare: (version: number) => void;
  /** Whether what is shown was left unsaved in this browser. */
  restored: boolean;
  onDiscard: () => void;
  unreadable: boolean;
}

/** What one has to know of the flow before going on with it, above the strip. */
export function Notices(props: NoticesProps) {
  const { keeping, changed } = props;
  const { failure } = keeping;
  return (
    <>
      <span role="status" className={styles.hidden}>
        {props.saying}
      </span>
      {isAway(failure) ? (
        <div className={styles.notice} role="alert">
          <Warning size={14} /> <b>{designer.away}</b> {designer.awayHelp}
        </div>
      ) : (
        failure !== null && <ProblemView error={failure} />
      )}
      <Conflict keeping={keeping} changed={changed} onCompare={props.onCompare} />
      {props.restored && (
        <div className={styles.notice}>
          {designer.backup}
          <Button size="compact-xs" variant="default" onClick={props.onDiscard}>
            {designer.backupDiscard}
          </Button>
        </div>
      )}
      {props.unreadable && (
        <div className={styles.notice} role="alert">
          <Warning size={14} /> {designer.unreadable} {designer.unreadableHint}
        </div>
      )}
    </>
  );
}
