import { Cross } from "../parts/icons";
import { designer } from "../texts";
import styles from "./Designer.module.css";
import { NeedsPanel } from "./NeedsPanel";
import type { useDraft } from "./useDraft";
import { VersionsPanel } from "./VersionsPanel";
import { YamlPanel } from "./YamlPanel";

export type PanelName = "needs" | "yaml" | "versions";
export const PANELS: readonly PanelName[] = ["needs", "yaml", "versions"];

interface PanelProps {
  name: PanelName;
  flow: string;
  draft: ReturnType<typeof useDraft>;
  /** The flow's text when it last had no problem. */
  sound: string | null;
  /** The version that is compared with what is edited. */
  compared: number | null;
  onCompare: (version: number | null) => void;
  onClose: () => void;
}

/** Beside the strip: what the flow needs, its text, or its versions. */
export function Panel({ name, flow, draft, sound, compared, onCompare, onClose }: PanelProps) {
  const { state, dispatch } = draft;
  const { present, problems, saved } = state;
  const rewrite = (text: string) => dispatch({ type: "yaml", text, at: Date.now() });
  return (
    <aside className={styles.panel} aria-label={designer[name]}>
      <button
        type="button"
        className={styles.close}
        aria-label={designer.closePanel}
        onClick={onClose}
      >
        <Cross size={13} />
      </button>
      {name === "needs" && <NeedsPanel text={sound} />}
      {name === "yaml" && (
        <YamlPanel
          text={present.text}
          behind={present.ahead === "strip"}
          problems={problems}
          onChange={rewrite}
        />
      )}
      {name === "versions" && (
        <VersionsPanel
          flow={flow}
          current={saved.version}
          text={present.text}
          shown={compared}
          onShow={onCompare}
          onRestore={rewrite}
        />
      )}
    </aside>
  );
}
