import { Button, Modal } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
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
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={() => setOpened(true)}>
        {texts.button}
      </Button>
      {opened && <Question {...props} onClose={() => setOpened(false)} />}
    </>
  );
}

function Question({ kept, unsaved, onClose }: SweepNowProps & { onClose: () => void }) {
  const { data: going, error, refetch } = useQuery({ ...preview(kept), staleTime: 0 });
  const { swept, busy, fault, begin } = useSweep();
  if (swept?.complete) {
    return (
      <Modal opened onClose={onClose} title={texts.done}>
        <div className={styles.dialog} role="status">
          <p>{went(swept) ? texts.doneText : texts.doneNothing}</p>
          {went(swept) && (
            <p>
              <b>{went(swept)}</b>
            </p>
          )}
          <div className={styles.buttons}>
            <Button onClick={onClose} data-autofocus>
              {settings.done}
            </Button>
          </div>
        </div>
      </Modal>
    );
  }
  const nothing = !!going && isNothing(going);
  return (
    <Modal opened onClose={onClose} title={texts.question}>
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
            <p>
              <b>{texts.under(settings.retention.runs(swept?.runs ?? 0))}</b> {texts.stopHelp}
            </p>
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
    </Modal>
  );
}

/** Round after round, until there is no more to remove or nobody looks any more. */
function useSweep() {
  const cache = useQueryClient();
  const [swept, setSwept] = useState<Sweep | null>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<unknown>(null);
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
    };
  }, []);

  async function begin() {
    setBusy(true);
    setFault(null);
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
  return { swept, busy, fault, begin };
}
