import { Button } from "@mantine/core";
import { Warning } from "../parts/icons";
import { designer } from "../texts";
import styles from "./Designer.module.css";

interface ConflictProps {
  /** The version that is the current one; 0 if the flow is gone. */
  current: number;
  onCompare: () => void;
  onMine: () => void;
  onTheirs: () => void;
}

const texts = designer.conflict;

/** Said to the second of two who save. */
export function Conflict({ current, onCompare, onMine, onTheirs }: ConflictProps) {
  return (
    <div className={styles.conflict} role="alert">
      <p>
        <Warning size={15} /> <b>{current ? texts.title(current) : texts.gone}</b> {texts.text}
      </p>
      <div className={styles.conflictButtons}>
        {current > 0 && (
          <Button size="compact-sm" variant="default" onClick={onCompare}>
            {texts.compare}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={onMine}>
          {texts.mine}
        </Button>
        {current > 0 && (
          <Button size="compact-sm" variant="default" onClick={onTheirs}>
            {texts.theirs}
          </Button>
        )}
      </div>
    </div>
  );
}
