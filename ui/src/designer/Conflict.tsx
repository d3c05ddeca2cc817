import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Warning } from "../parts/icons";
import { session } from "../signin/session";
import { designer } from "../texts";
import styles from "./Designer.module.css";
import type { Keeping } from "./useKeeping";

interface ConflictProps {
  keeping: Keeping;
  /** Whether there is something of one's own that is not saved. */
  changed: boolean;
  onCompare: (version: number) => void;
}

const texts = designer.conflict;

/** Said to the second of two who change one flow; and what a merge has come to. */
export function Conflict({ keeping, changed, onCompare }: ConflictProps) {
  const { later, merge } = keeping;
  const me = useQuery(session).data?.caller?.name;
  if (later) {
    const there = later.version > 0;
    const who = !later.savedBy ? undefined : later.savedBy === me ? texts.you : later.savedBy;
    return (
      <div className={styles.conflict} role="alert">
        <p>
          <Warning size={15} /> <b>{there ? texts.title(later.version, who) : texts.gone}</b>{" "}
          {changed ? texts.text : texts.textUnchanged}
        </p>
        <div className={styles.conflictButtons}>
          {there && <Choice onClick={() => onCompare(later.version)}>{texts.compare}</Choice>}
          {there && changed && (
            <Choice onClick={() => void keeping.mergeBoth()}>{texts.merge}</Choice>
          )}
          {(changed || !there) && (
            <Choice onClick={() => void keeping.keepMine()}>{texts.mine}</Choice>
          )}
          {there && <Choice onClick={() => void keeping.takeTheirs()}>{texts.theirs}</Choice>}
        </div>
      </div>
    );
  }
  if (merge && changed) {
    return (
      <div className={styles.notice} role="status">
        {texts.merged} {merge.clashes > 0 && texts.clashes(merge.clashes)}
        <Choice onClick={() => onCompare(merge.version)}>{texts.compareWith(merge.version)}</Choice>
      </div>
    );
  }
  return null;
}

function Choice({ onClick, children }: { onClick: () => void; children: string }) {
  return (
    <Button size="compact-sm" variant="default" onClick={onClick}>
      {children}
    </Button>
  );
}
