import { Button } from "@mantine/core";
import { flows as texts } from "../texts";
import styles from "./Flows.module.css";

interface ChosenFlowsProps {
  count: number;
  onMove: (from: HTMLElement) => void;
  onTurn: (on: boolean) => void;
  onNone: () => void;
}

/** What can be done with all chosen flows at once. */
export function ChosenFlows({ count, onMove, onTurn, onNone }: ChosenFlowsProps) {
  const look = { size: "compact-sm", variant: "default" } as const;
  return (
    <fieldset className={styles.chosen} aria-label={texts.chosenActions}>
      <strong role="status">{texts.chosen(count)}</strong>
      <Button {...look} onClick={(event) => onMove(event.currentTarget)}>
        {texts.move}
      </Button>
      <Button {...look} onClick={() => onTurn(true)}>
        {texts.turnOn}
      </Button>
      <Button {...look} onClick={() => onTurn(false)}>
        {texts.turnOff}
      </Button>
      <Button {...look} variant="subtle" onClick={onNone}>
        {texts.chooseNone}
      </Button>
    </fieldset>
  );
}
