import { CopyButton, duration } from "../parts";
import { runs } from "../texts";
import styles from "./Requests.module.css";
import { bytes } from "./values";

const texts = runs.run;

/** One request to AWS, as the log has it. */
export interface AwsRequest {
  operation?: string;
  status?: number | null;
  request_id?: string | null;
  seconds?: number;
  bytes_sent?: number;
  bytes_received?: number;
}

/** The requests that a card made: what AWS support would ask for. */
export function Requests({ requests, card }: { requests: readonly AwsRequest[]; card: string }) {
  return (
    <ul className={styles.requests} aria-label={texts.requestsOf(card)}>
      {requests.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: requests are only ever added
        <li key={index}>
          <span className={styles.head}>
            <b>{each.operation}</b>
            <span data-bad={(each.status ?? 500) >= 400 || undefined}>
              {each.status ?? texts.noAnswer}
            </span>
            <span className={styles.quiet}>
              {each.seconds !== undefined && duration(each.seconds)}
              {traffic(each)}
            </span>
          </span>
          {each.request_id && (
            <span className={styles.id}>
              <code>{each.request_id}</code>
              <CopyButton value={each.request_id} what={texts.copyId(each.request_id)} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function traffic({ bytes_sent: sent = 0, bytes_received: received = 0 }: AwsRequest): string {
  return `${sent ? ` · ↑ ${bytes(sent)}` : ""}${received ? ` · ↓ ${bytes(received)}` : ""}`;
}
