import { CodeBlock, CopyButton, Prose } from "../parts";
import { runs } from "../texts";
import styles from "./RunError.module.css";

const texts = runs.run;

/** An error as history keeps it, see docs/reference/api.md. */
interface KeptError {
  code?: string;
  message?: string;
  hint?: string | null;
  retryable?: boolean;
  aws?: { code?: string; message?: string; request_id?: string; operation?: string } | null;
  details?: { denial?: Denial } & Record<string, unknown>;
}

/** What AWS's refusal comes down to, and the least that would change it. */
interface Denial {
  happened?: string;
  session?: string | null;
  where?: string | null;
  statement?: { Statement?: unknown[] } | null;
  certainty?: string;
  hints?: string[];
}

/** What went wrong in a card, why, and what to do: for a denial, the statement to add. */
export function RunError({ error, attempts }: { error: unknown; attempts?: number }) {
  const { message, hint, retryable, aws, details } = (error ?? {}) as KeptError;
  const denial = details?.denial;
  const statement = denial?.statement && statementOf(denial.statement);
  return (
    <div className={styles.error}>
      <p className={styles.message}>
        <Prose text={denial?.happened || message || texts.failed} />
      </p>
      {denial?.session && (
        <p>
          <Prose text={denial.session} />
        </p>
      )}
      {denial?.where ? (
        <p>
          <Prose text={denial.where} />
        </p>
      ) : (
        hint && (
          <p>
            <Prose text={hint} />
          </p>
        )
      )}
      {denial?.hints?.map((each) => (
        <p key={each}>
          <Prose text={each} />
        </p>
      ))}
      {denial?.certainty && denial.certainty !== "certain" && <p>{texts.denial.maybe}</p>}
      {statement && (
        <div className={styles.statement}>
          <CodeBlock code={statement} label={texts.denial.statement} language="json" />
        </div>
      )}
      {aws?.request_id && (
        <p className={styles.fine}>
          {aws.code} · {texts.denial.requestId} <code>{aws.request_id}</code>{" "}
          <CopyButton value={aws.request_id} what={texts.copyId(aws.request_id)} />
        </p>
      )}
      <p className={styles.fine}>
        {!!attempts && `${texts.attempts(attempts)} · `}
        {retryable ? texts.denial.retryable : texts.denial.notRetryable}
      </p>
    </div>
  );
}

/** The one statement as it is pasted among others, or all of them as a policy. */
function statementOf(policy: { Statement?: unknown[] }): string {
  const [only, ...others] = policy.Statement ?? [];
  return JSON.stringify(only && !others.length ? only : policy, null, 2);
}
