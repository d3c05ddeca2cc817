import { Loader } from "@mantine/core";
import type { ProbeStep } from "../api/client";
import { CodeBlock, duration, Prose } from "../parts";
import { Check, Cross, Dash, Dot } from "../parts/icons";
import { connections, shell } from "../texts";
import styles from "./connections.module.css";
import { partsOf } from "./hints";

const texts = connections.probe;
const ORDER = [
  "role_arn",
  "right_external_id",
  "no_external_id",
  "other_external_id",
  "identity",
] as const;

interface ProbeStepsProps {
  steps: readonly ProbeStep[];
  /** Further steps are on their way. */
  running?: boolean;
}

/** What was tried with a role, one by one: what each proved, and for a failure what to change. */
export function ProbeSteps({ steps, running = false }: ProbeStepsProps) {
  const made = new Map(steps.map((step) => [step.name, step]));
  const next = running ? ORDER.find((name) => !made.has(name)) : undefined;
  return (
    <ol className={styles.steps} aria-label={texts.label} aria-live="polite" aria-busy={running}>
      {ORDER.map((name) => {
        const step = made.get(name);
        if (step) return <Made key={name} step={step} said={saidBefore(step, steps)} />;
        return <Unmade key={name} name={name} running={name === next} />;
      })}
    </ol>
  );
}

/** Whether an earlier step said the same: one change then mends both. */
function saidBefore(step: ProbeStep, steps: readonly ProbeStep[]): boolean {
  return steps.slice(0, steps.indexOf(step)).some((each) => each.hint && each.hint === step.hint);
}

function Made({ step, said }: { step: ProbeStep; said: boolean }) {
  const failed = step.outcome === "failed";
  const skipped = step.outcome === "skipped";
  const { before, statement } = partsOf(said ? texts.sameChange : step.hint);
  const outcome = texts.outcome[step.outcome];
  return (
    <li className={styles.step} data-outcome={step.outcome}>
      <Mark outcome={step.outcome} label={outcome} />
      <div className={styles.stepText}>
        <div className={styles.stepHead}>
          <b>{texts.names[step.name][skipped ? "todo" : failed ? "failed" : "passed"]}</b>
          <small>{skipped ? outcome : remark(step)}</small>
        </div>
        {!skipped && (
          <p>
            <Prose text={step.message} />
          </p>
        )}
        {before && <Hint text={before} />}
        {statement && (
          <div className={styles.change}>
            <span>{texts.change}</span>
            <CodeBlock code={statement} label={texts.statement} language="json" />
          </div>
        )}
        {failed && step.request_id && (
          <p>
            {step.aws_code} <code>{shell.requestId(step.request_id)}</code>
          </p>
        )}
      </div>
    </li>
  );
}

function Unmade({ name, running }: { name: ProbeStep["name"]; running: boolean }) {
  const outcome = texts.outcome[running ? "running" : "todo"];
  return (
    <li className={styles.step} data-outcome={running ? "running" : "todo"}>
      {running ? (
        <Loader size={14} aria-label={outcome} />
      ) : (
        <Mark outcome="todo" label={outcome} />
      )}
      <div className={styles.stepText}>
        <div className={styles.stepHead}>
          <span>{texts.names[name].todo}</span>
        </div>
        {running && name === "right_external_id" && <p>{texts.waiting}</p>}
      </div>
    </li>
  );
}

function Mark({ outcome, label }: { outcome: ProbeStep["outcome"] | "todo"; label: string }) {
  const Icon = { passed: Check, failed: Cross, skipped: Dash, todo: Dot }[outcome];
  return (
    <span className={styles.mark} data-outcome={outcome}>
      <Icon size={14} label={label} />
    </span>
  );
}

/** A list in a sentence, "(1) ...; (2) ...", as a list. */
function Hint({ text }: { text: string }) {
  const [lead = "", ...items] = text.split(/;?\s*\(\d+\)\s+/);
  if (items.length < 2) {
    return (
      <p>
        <Prose text={text} />
      </p>
    );
  }
  const last = items.at(-1) ?? "";
  const end = last.search(/\.\s/);
  const after = end < 0 ? "" : last.slice(end + 1).trim();
  if (end >= 0) items[items.length - 1] = last.slice(0, end);
  return (
    <>
      <p>
        <Prose text={lead} />
      </p>
      <ol className={styles.checks}>
        {items.map((item) => (
          <li key={item}>
            <Prose text={item} />
          </li>
        ))}
      </ol>
      {after && (
        <p>
          <Prose text={after} />
        </p>
      )}
    </>
  );
}

function remark(step: ProbeStep): string {
  const refused = step.name === "no_external_id" || step.name === "other_external_id";
  if (refused && step.outcome === "passed") return texts.asItShould;
  const tries = (step.attempts ?? 1) > 3 ? `${texts.attempts(step.attempts ?? 1)}, ` : "";
  return tries + duration(step.seconds ?? 0);
}
