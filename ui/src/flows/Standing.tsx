import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { ProblemView, titleOf } from "../parts";
import { may, session } from "../signin/session";
import { flows as texts } from "../texts";
import { placeOf, useFlowsChange } from "./changes";
import { FlowSwitch } from "./FlowSwitch";
import styles from "./Flows.module.css";
import { namesOf } from "./folders";
import { nameOf } from "./named";

/** Whether it is known that no run of a flow can be started. */
export function useIsOff(flow: string): boolean {
  return useQuery(placeOf(flow)).data?.enabled === false;
}

/** The way back: all flows, and the folders that this one is in. */
export function FlowPath({ flow }: { flow: string }) {
  const names = namesOf(useQuery(placeOf(flow)).data?.folder ?? "");
  return (
    <nav className={styles.path} aria-label={texts.folders.title}>
      <Link to="/flows">{texts.title}</Link>
      {names.map((name, index) => {
        const path = names.slice(0, index + 1).join("/");
        return (
          <span key={path}>
            <span aria-hidden="true">›</span>
            <Link to={`/flows?folder=${encodeURIComponent(path)}`} dir="auto" title={titleOf(name)}>
              {name}
            </Link>
          </span>
        );
      })}
    </nav>
  );
}

/** The switch of an open flow. */
export function Standing({ flow, title }: { flow: string; title: string }) {
  const place = useQuery(placeOf(flow)).data;
  const who = useQuery(session).data;
  const change = useFlowsChange();
  if (!place) return null;
  return (
    <>
      <FlowSwitch
        title={nameOf({ title, flow })}
        on={place.enabled}
        disabled={!may(who, "write")}
        onSwitch={(enabled) => change.mutate({ flows: [flow], enabled })}
      />
      {change.error && <ProblemView error={change.error} />}
    </>
  );
}

interface OffFlowProps {
  flow: string;
  onClose: () => void;
  /** It was turned on. */
  onOn: () => void;
}

/** Why no run is started of a flow that is off, and the way to change that. */
export function OffFlow({ flow, onClose, onOn }: OffFlowProps) {
  const who = useQuery(session).data;
  const change = useFlowsChange();
  return (
    <Modal opened onClose={onClose} title={texts.offFlow.title}>
      <div className={styles.form}>
        <p className={styles.said}>{texts.offFlow.text}</p>
        {change.error && <ProblemView error={change.error} />}
        <div className={styles.buttons}>
          <Button variant="default" onClick={onClose}>
            {texts.offFlow.close}
          </Button>
          {may(who, "write") && (
            <Button
              loading={change.isPending}
              onClick={() => change.mutate({ flows: [flow], enabled: true }, { onSuccess: onOn })}
            >
              {texts.offFlow.turnOn}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  );
}
