import { Button, Modal } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { keys } from "../api/queries";
import { Loading, ProblemView } from "../parts";
import { settings } from "../texts";
import { preview, retentionChanged, sweep } from "./queries";
import { WouldGo, went } from "./Removed";
import styles from "./Retention.module.css";
import { added, isNothing, type Retention, type Sweep } from "./retention";

const texts = settings.retention.sweep;

interface SweepNowProps {
  /** By what is kept now. */
  kept: Retention;
  /** Something else is typed, and not saved. */
  unsaved: boolean;
}

/** Removing what is past its time, now: says first what that is. */
export function SweepNow(props: SweepNowProps) {
  const [opened, setOpened] = useState(false);
  const sweeping = useSweep();
  const { swept, busy } = sweeping;
  const isDone = !!swept?.complete && !busy;
  const close = () => {
    setOpened(false);
    sweeping.leave();
  };
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        onClick={() => {
          sweeping.reset();
          setOpened(true);
        }}
      >
        {texts.button}
      </Button>
      <Modal opened={opened} onClose={close} title={isDone ? texts.done : texts.question}>
        {isDone ? (
          <Done swept={swept} onClose={close} />
        ) : (
          <Question {...props} sweeping={sweeping} onClose={close} />
        )}
      </Modal>
    </>
  );
}

function Done({ swept, onClose }: { swept: Sweep; onClose: () => void }) {
  const what = went(swept);
  return (
    <div className={styles.dialog}>
      <div role="status">
        {what ? (
          <>
            {texts.doneText} <b>{what}</b>
          </>
        ) : (
          texts.doneNothing
        )}
      </div>
      <div className={styles.buttons}>
        <Button onClick={onClose} ref={focused}>
          {settings.done}
        </Button>
      </div>
    </div>
  );
}

/** What was pressed is gone: the focus goes on to what is there instead. */
function focused(button: HTMLButtonElement | null) {
  button?.focus();
}

interface QuestionProps extends SweepNowProps {
  sweeping: Sweeping;
  onClose: () => void;
}

function Question({ kept, unsaved, sweeping, onClose }: QuestionProps) {
  const { data: going, error, refetch } = useQuery({ ...preview(kept), staleTime: 0 });
  const { swept, busy, fault, begin } = sweeping;
  const nothing = !!going && isNothing(going);
  return (
    <div className={styles.dialog}>
      {error && !busy && <ProblemView error={error} onRetry={refetch} />}
      {!going && !error && <Loading lines={2} />}
      {going && !swept && (
        <>
          <p>{nothing ? texts.nothing : texts.by}</p>
          {!nothing && <WouldGo what={going} />}
        </>
      )}
      {unsaved && <p className={styles.muted}>{texts.unsaved}</p>}
      <div role="status">
        {busy && (
          <>
            <b>{texts.under(settings.retention.runs(swept?.runs ?? 0))}</b> {texts.stopHelp}
          </>
        )}
      </div>
      {!!fault && <ProblemView error={fault} />}
      <div className={styles.buttons}>
        <Button variant="default" onClick={onClose}>
          {settings.close}
        </Button>
        <Button
          color={nothing ? undefined : "red"}
          disabled={!going}
          loading={busy}
          onClick={begin}
        >
          {nothing ? texts.anyway : texts.submit}
        </Button>
      </div>
    </div>
  );
}

interface Sweeping {
  /** What went so far. */
  swept: Sweep | null;
  busy: boolean;
  fault: unknown;
  begin: () => void;
  /** Begin no further round. */
  leave: () => void;
  reset: () => void;
}

/** Round after round, until there is no more to remove or nobody looks any more. */
function useSweep(): Sweeping {
  const cache = useQueryClient();
  const [swept, setSwept] = useState<Sweep | null>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const left = useRef(false);
  const leave = useCallback(() => {
    left.current = true;
  }, []);
  useEffect(() => leave, [leave]);

  async function begin() {
    left.current = false;
    setBusy(true);
    setFault(null);
    setSwept(null);
    let all: Sweep | null = null;
    try {
      do {
        all = added(all, await sweep());
        setSwept(all);
      } while (!all.complete && !left.current);
    } catch (error) {
      setFault(error);
    } finally {
      setBusy(false);
      retentionChanged(cache);
      void cache.invalidateQueries({ queryKey: keys.runs });
    }
  }
  const reset = () => {
    setFault(null);
    if (!busy) setSwept(null);
  };
  return { swept, busy, fault, begin: () => void begin(), leave, reset };
}
