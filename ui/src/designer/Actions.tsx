import { Button } from "@mantine/core";
import { Play } from "../parts/icons";
import { designer } from "../texts";
import styles from "./Designer.module.css";
import { Redo, Undo } from "./icons";
import { PANELS, type PanelName } from "./Panel";
import type { useDraft } from "./useDraft";
import type { Keeping } from "./useKeeping";

interface ActionsProps {
  draft: ReturnType<typeof useDraft>;
  keeping: Keeping;
  panel: PanelName | null;
  onPanel: (panel: PanelName | null) => void;
  /** Missing while there is nothing to run. */
  onRun?: () => void;
}

/** What is done with the whole flow: undo and redo, what stands beside it, save and run. */
export function Actions({ draft, keeping, panel, onPanel, onRun }: ActionsProps) {
  const { state, dispatch, changed } = draft;
  return (
    <div className={styles.actions}>
      <Button
        variant="default"
        aria-label={designer.undo}
        title={designer.undo}
        disabled={!state.past.length}
        onClick={() => dispatch({ type: "undo" })}
        px={9}
      >
        <Undo />
      </Button>
      <Button
        variant="default"
        aria-label={designer.redo}
        title={designer.redo}
        disabled={!state.future.length}
        onClick={() => dispatch({ type: "redo" })}
        px={9}
      >
        <Redo />
      </Button>
      <div className={styles.panelButtons}>
        {PANELS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={panel === each}
            onClick={() => onPanel(panel === each ? null : each)}
          >
            {designer[each]}
          </button>
        ))}
      </div>
      <Button
        variant="default"
        loading={keeping.saving}
        disabled={!changed}
        onClick={() => void keeping.save()}
      >
        {designer.save}
      </Button>
      <Button leftSection={<Play size={13} />} onClick={onRun} disabled={!onRun}>
        {designer.run}
      </Button>
    </div>
  );
}
