import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Link } from "react-router";
import { answer, api, type Schema } from "../api/client";
import { problemOf } from "../api/problem";
import { keys } from "../api/queries";
import { duration, Loading, ProblemView, Prose, StatusBadge } from "../parts";
import { Play } from "../parts/icons";
import { ENDED } from "../runs/queries";
import { RunError } from "../runs/RunError";
import { useRun } from "../runs/useRun";
import { ValueTree } from "../runs/ValueTree";
import { runs, testing as texts } from "../texts";
import styles from "./CardTest.module.css";
import { Confirmation, isConfirmed } from "./Confirmation";
import { useDesigner } from "./context";
import type { CardUse, FlowInput } from "./document";
import { StartInput, started } from "./StartInput";
import { earlierFile } from "./startFiles";
import { useStarting } from "./useStarting";

interface CardTestProps {
  use: CardUse;
  /** The card's title and id. */
  title: string;
  effect: string;
}

type Excerpt = Schema<"CardExcerpt">;
const TYPING = 400;

/** One card, run by itself where it stands: what it takes from elsewhere is asked for. */
export default function CardTest({ use, title, effect }: CardTestProps) {
  const { settled } = useDesigner();
  const [settledUse] = useDebouncedValue(use, TYPING);
  const [run, setRun] = useState<string | null>(null);
  const excerpt = useQuery({
    queryKey: [...keys.flows, "excerpt", settledUse, run],
    queryFn: async ({ signal }) => {
      const { text } = await settled();
      const body = { text, card: settledUse.id };
      return await answer(api.POST("/api/v1/flows/excerpt", { body, signal }));
    },
    placeholderData: (before) => before,
    retry: false,
    gcTime: 0,
  });
  return (
    <section className={styles.test} aria-label={texts.region(title)}>
      <p className={styles.help}>{texts.effect[effect]}</p>
      {excerpt.error && !excerpt.isFetching && (
        <Unsound error={excerpt.error} onRetry={() => void excerpt.refetch()} />
      )}
      {excerpt.isLoading && <Loading lines={2} />}
      {excerpt.data && !excerpt.error && (
        <TestForm excerpt={excerpt.data} tested={run !== null} onStarted={setRun} />
      )}
      {run && <Result key={run} id={run} card={use.id} />}
    </section>
  );
}

/** What keeps it from being tested: its own mistakes, which its fields say too, or the server. */
function Unsound({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { code, problems = [] } = problemOf(error);
  if (code !== "document_invalid") return <ProblemView error={error} onRetry={onRetry} />;
  const wrong = problems.filter((each) => each.severity !== "warning");
  return (
    <div className={styles.unsound} role="status">
      <p>{texts.unsound}</p>
      <ul>
        {wrong.map((each) => (
          <li key={`${each.pointer} ${each.code}`}>
            <Prose text={each.message} />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface TestFormProps {
  excerpt: Excerpt;
  tested: boolean;
  onStarted: (run: string) => void;
}

function TestForm({ excerpt, tested, onStarted }: TestFormProps) {
  const { settled } = useDesigner();
  // What was typed counts; else what an earlier run had.
  const [typed, setTyped] = useState<Record<string, unknown>>({});
  const [confirmation, setConfirmation] = useState("");
  const asked = excerpt.inputs.map((each): [string, FlowInput] => [
    each.name,
    each.run === null ? each : { ...each, default: knownValue(each, each.run) },
  ]);
  const values = Object.fromEntries(
    asked.map(([name, input]) => [name, name in typed ? typed[name] : started(input)]),
  );
  const starting = useStarting({
    inputs: asked,
    values,
    request: async (ready, header) => {
      const { text } = await settled();
      const body = { text, card: excerpt.card, inputs: await ready(), input_texts: {} };
      return await answer(api.POST("/api/v1/runs", { params: { header }, body }));
    },
    onStarted: (run) => {
      setConfirmation("");
      if (run) onStarted(run.id);
    },
  });
  return (
    <form className={styles.form} onSubmit={starting.submit} noValidate>
      {excerpt.along.length > 0 && (
        <p className={styles.help}>{texts.along(excerpt.along.join(", "))}</p>
      )}
      {!asked.length && <p className={styles.help}>{texts.nothing}</p>}
      {asked.map(([name, input], index) => (
        <StartInput
          key={name}
          name={name}
          input={input}
          value={values[name]}
          error={starting.errorAt(name)}
          first={index === 0}
          size="xs"
          sent={starting.sent[name]}
          known={name in typed ? undefined : known(excerpt.inputs[index])}
          onChange={(value) => {
            starting.changed();
            setTyped((before) => ({ ...before, [name]: value }));
          }}
        />
      ))}
      <Confirmation
        size="xs"
        flow={excerpt.flow}
        cards={excerpt.destroys}
        value={confirmation}
        onChange={setConfirmation}
      />
      {starting.failure && (
        <ProblemView error={starting.failure} besides={excerpt.inputs.map(({ name }) => name)} />
      )}
      <Button
        type="submit"
        size="compact-sm"
        leftSection={<Play size={12} />}
        loading={starting.pending}
        disabled={!isConfirmed(excerpt.flow, excerpt.destroys, confirmation)}
      >
        {tested ? texts.again : texts.run}
      </Button>
    </form>
  );
}

function knownValue(input: Excerpt["inputs"][number], run: string): unknown {
  return input.type === "file" ? earlierFile(run, input.value) : input.value;
}

function known(input: Excerpt["inputs"][number] | undefined) {
  if (!input?.run) return undefined;
  return (
    <>
      {texts.known} <Link to={`/runs/${input.run}`}>{texts.knownRun}</Link>
    </>
  );
}

/** How the test goes, and what the card gave. */
function Result({ id, card }: { id: string; card: string }) {
  const { shown, cards, lost, error, retry } = useRun(id);
  const heading = useId();
  const cancel = useMutation({
    mutationFn: () =>
      answer(api.POST("/api/v1/runs/{run_id}/cancel", { params: { path: { run_id: id } } })),
  });
  if (!shown) return error ? <ProblemView error={error} onRetry={retry} /> : <Loading lines={2} />;
  const one = cards.find((each) => each.id === card);
  const failed = cards.find((each) => each.status === "failed");
  const saved = (shown.document.settings as { save_values?: boolean })?.save_values !== false;
  const requests = cards.reduce((sum, each) => sum + (each.requests?.length ?? 0), 0);
  return (
    <section className={styles.result} aria-labelledby={heading}>
      <div className={styles.line}>
        <h4 id={heading} className={styles.hidden}>
          {texts.result}
        </h4>
        <span role="status">
          <StatusBadge status={shown.status} />
        </span>
        <span className={styles.help}>
          {one?.seconds != null && duration(one.seconds)}
          {requests > 0 && ` · ${texts.requests(requests)}`}
        </span>
        <Link to={`/runs/${id}`}>{texts.open}</Link>
      </div>
      {lost && <p className={styles.help}>{runs.run.reconnecting}</p>}
      {!!error && <ProblemView error={error} onRetry={retry} />}
      {(failed?.error ?? shown.error) && (
        <RunError error={failed?.error ?? shown.error} attempts={failed?.attempts} />
      )}
      {one?.status === "succeeded" &&
        (saved ? (
          <div className={styles.values}>
            <ValueTree value={one.outputs} nothing={runs.run.noOutputs} />
          </div>
        ) : (
          <p className={styles.help}>{runs.run.notSaved}</p>
        ))}
      {!ENDED.has(shown.status) && (
        <Button
          size="compact-xs"
          variant="default"
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {texts.stop}
        </Button>
      )}
    </section>
  );
}
