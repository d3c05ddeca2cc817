import { flows as texts } from "../texts";
import styles from "./Flows.module.css";

interface FlowSwitchProps {
  title: string;
  on: boolean;
  disabled?: boolean;
  onSwitch: (on: boolean) => void;
}

/** Whether runs of a flow may be started: a switch, and the word in it. */
export function FlowSwitch({ title, on, disabled, onSwitch }: FlowSwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      aria-label={texts.switchOf(title)}
      title={on ? undefined : texts.offHelp}
      className={styles.switch}
      disabled={disabled}
      onClick={() => onSwitch(!on)}
    >
      <span className={styles.track} aria-hidden="true" />
      <span aria-hidden="true">{on ? texts.on : texts.off}</span>
    </button>
  );
}
