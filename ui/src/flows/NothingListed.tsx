import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { FlowSummary } from "../api/client";
import { Empty } from "../parts";
import { flows as texts } from "../texts";
import styles from "./Flows.module.css";
import { isWithin } from "./folders";
import { EVERYTHING, type FlowFilter } from "./rows";

interface NothingListedProps {
  filter: FlowFilter;
  flows: readonly FlowSummary[];
  onChange: (change: Partial<FlowFilter>) => void;
  /** The button to begin a flow, for who may. */
  begin: ReactNode;
}

/** Why no flow is listed, and what to do: none is in the folder, or none fits. */
export function NothingListed({ filter, flows, onChange, begin }: NothingListedProps) {
  const empty = !filter.search && !flows.some((each) => isWithin(each.folder, filter.folder));
  return (
    <Empty
      title={empty ? texts.noneHere : texts.noneFound}
      action={
        <div className={styles.actions}>
          <Button variant="default" onClick={() => onChange(EVERYTHING)}>
            {texts.showAll}
          </Button>
          {empty && begin}
        </div>
      }
    >
      {empty ? texts.noneHereText : texts.noneFoundText}
    </Empty>
  );
}
