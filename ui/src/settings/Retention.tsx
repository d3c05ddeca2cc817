import { Button, Checkbox, Modal, NumberInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { ApiProblem } from "../api/problem";
import { Loading, ProblemView, Sheet, TimeAgo } from "../parts";
import { settings } from "../texts";
import { preview, retention, retentionChanged, saveRetention } from "./queries";
import { WouldGo, went } from "./Removed";
import styles from "./Retention.module.css";
import {
  type Draft,
  draftOf,
  faultOf,
  isNothing,
  isShorter,
  KEPT,
  type Kept,
  LONGEST,
  type Removable,
  retentionOf,
  SHORTEST,
  type Sweep,
  same,
  type Retention as Times,
  type Typed,
} from "./retention";
import { SweepNow } from "./SweepNow";

const texts = settings.retention;

/** How long ended runs and the audit log are kept. For administrators. */
export function Retention() {
  const { data, error, refetch } = useQuery(retention);
  if (!data) {
    return (
      <Sheet title={texts.title} help={texts.help}>
        {error ? <ProblemView error={error} onRetry={refetch} /> : <Loading />}
      </Sheet>
    );
  }
  const { last_sweep: last, ...kept } = data;
  return <Form kept={kept} last={last ?? null} />;
}

function Form({ kept, last }: { kept: Times; last: Sweep | null }) {
  const cache = useQueryClient();
  const [typed, setTyped] = useState<Draft | null>(null);
  const [asking, setAsking] = useState(false);
  const [going, setGoing] = useState<Removable | null>(null);
  const draft = typed ?? draftOf(kept);
  const wanted = retentionOf(draft);
  const changed = !!typed && !(wanted && same(wanted, kept));

  const save = useMutation({
    mutationFn: saveRetention,
    onSuccess: (saved) => {
      cache.setQueryData(retention.queryKey, saved);
      setTyped(null);
      retentionChanged(cache);
    },
    onSettled: () => setAsking(false),
  });
  // Whoever shortens a time is told what goes before it is saved.
  const look = useMutation({
    mutationFn: (times: Times) => cache.fetchQuery({ ...preview(times), staleTime: 0 }),
    onSuccess: (found, times) => {
      if (isNothing(found)) return save.mutate(times);
      setGoing(found);
      setAsking(true);
    },
  });
  const wrong = save.error instanceof ApiProblem ? save.error : null;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!wanted || !changed || look.isPending || save.isPending) return;
    if (isShorter(kept, wanted)) look.mutate(wanted);
    else save.mutate(wanted);
  }
  function change(name: Kept, part: Partial<Typed>) {
    save.reset();
    look.reset();
    setTyped({ ...draft, [name]: { ...draft[name], ...part } });
  }
  return (
    <Sheet title={texts.title} help={texts.help}>
      <form onSubmit={submit} noValidate>
        {KEPT.map((name) => (
          <Time
            key={name}
            name={name}
            typed={draft[name]}
            refused={wrong?.at(name)}
            onChange={(part) => change(name, part)}
          />
        ))}
        <Going wanted={wanted} changed={changed} />
        {!!(save.error ?? look.error) && (
          <ProblemView error={save.error ?? look.error} besides={KEPT} />
        )}
        <div className={styles.bar}>
          {/* Not disabled for good: once it has saved, the focus is still on it. */}
          <Button
            type="submit"
            aria-disabled={!changed || !wanted}
            data-disabled={!changed || !wanted || undefined}
            loading={look.isPending}
          >
            {texts.save}
          </Button>
          {changed && (
            <Button variant="subtle" onClick={() => setTyped(null)}>
              {texts.discard}
            </Button>
          )}
          <span role="status">{save.isSuccess && !changed && texts.saved}</span>
        </div>
      </form>
      <LastSweep last={last}>
        <SweepNow kept={kept} unsaved={changed} />
      </LastSweep>
      <Modal opened={asking} onClose={() => setAsking(false)} title={texts.confirm.title}>
        <div className={styles.dialog}>
          <p>{texts.confirm.text}</p>
          {going && <WouldGo what={going} />}
          <div className={styles.buttons}>
            <Button variant="default" onClick={() => setAsking(false)}>
              {settings.close}
            </Button>
            <Button
              color="red"
              loading={save.isPending}
              onClick={() => wanted && save.mutate(wanted)}
            >
              {texts.confirm.submit}
            </Button>
          </div>
        </div>
      </Modal>
    </Sheet>
  );
}

interface TimeProps {
  name: Kept;
  typed: Typed;
  /** Why the server would not have it. */
  refused?: string;
  onChange: (part: Partial<Typed>) => void;
}

function Time({ name, typed, refused, onChange }: TimeProps) {
  const { label, help } = texts.kept[name];
  const fault = faultOf(name, typed);
  return (
    <NumberInput
      className={styles.time}
      label={label}
      description={help}
      value={typed.forever ? "" : typed.days}
      placeholder={typed.forever ? texts.forever : undefined}
      disabled={typed.forever}
      onChange={(days) => onChange({ days })}
      error={fault ? texts.faults[fault](SHORTEST[name], LONGEST) : refused}
      suffix={` ${texts.days}`}
      allowDecimal={false}
      allowNegative={false}
      min={SHORTEST[name]}
      max={LONGEST}
      clampBehavior="none"
      thousandSeparator=","
      inputMode="numeric"
      autoComplete="off"
      inputContainer={(field) => (
        <div className={styles.field}>
          {field}
          <Checkbox
            label={texts.forever}
            aria-label={texts.foreverOf(label)}
            checked={typed.forever}
            onChange={(event) => onChange({ forever: event.currentTarget.checked })}
          />
        </div>
      )}
    />
  );
}

/** What the next sweep would take by what is typed, a moment after it was typed. */
function Going({ wanted, changed }: { wanted: Times | null; changed: boolean }) {
  const key = wanted && JSON.stringify(wanted);
  const [settled] = useDebouncedValue(key, 300);
  const times: Times | null = settled && JSON.parse(settled);
  const { data, error, refetch } = useQuery({
    ...preview(times ?? { runs_days: null, failed_days: null, audit_days: null }),
    enabled: !!times && key === settled,
  });
  if (!wanted) return null;
  const counted = key === settled ? data : undefined;
  return (
    <section
      className={styles.preview}
      aria-label={texts.wouldGo}
      data-loses={(changed && counted && !isNothing(counted)) || undefined}
    >
      <h3>{changed ? texts.wouldGo : texts.goes}</h3>
      <div role="status">
        {error ? null : counted ? <WouldGo what={counted} /> : <p>{texts.counting}</p>}
      </div>
      {error && <ProblemView error={error} onRetry={refetch} />}
    </section>
  );
}

function LastSweep({ last, children }: { last: Sweep | null; children: ReactNode }) {
  const said = texts.sweep;
  return (
    <section className={styles.last} aria-label={said.title}>
      <div>
        <b>{said.title}</b>{" "}
        {last ? (
          <>
            <TimeAgo time={last.ended_at} />: {went(last) || said.removedNothing}
            {went(last) && ` ${said.removed}`}. {!last.complete && !last.fault && said.incomplete}
            {last.fault && (
              <span className={styles.fault}>
                {said.fault} {last.fault}
              </span>
            )}
          </>
        ) : (
          said.none
        )}
      </div>
      {children}
    </section>
  );
}
