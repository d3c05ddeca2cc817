import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { Link } from "react-router";
import type { Connection, Schema } from "../api/client";
import { ApiProblem } from "../api/problem";
import { Badge, CodeBlock, Loading, ProblemView, Prose, Sheet } from "../parts";
import { Check, Cross, Dot } from "../parts/icons";
import { capabilities as texts } from "../texts/capabilities";
import styles from "./Capabilities.module.css";
import Offered from "./Offered";
import { capabilityReport } from "./queries";

type Capability = Schema<"CardCapability">;
type Need = Schema<"CapabilityNeed">;

const LOOKS = { allowed: ["ok", Check], denied: ["bad", Cross], unknown: ["quiet", Dot] } as const;

/** What the role may do, card by card, in a bucket that one chooses; AWS is asked when one says so. */
export default function Capabilities({ connection }: { connection: Connection }) {
  const [bucket, setBucket] = useState("");
  const [asked, setAsked] = useState<string | null>(null);
  const [offering, setOffering] = useState(false);
  const list = useId();
  const report = useQuery({
    ...capabilityReport(connection.id, asked ?? ""),
    enabled: asked !== null,
  });
  const wrong = report.error instanceof ApiProblem ? report.error.at("bucket") : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = bucket.trim();
    if (wanted === asked) report.refetch();
    else setAsked(wanted);
  };
  return (
    <Sheet title={texts.title} help={texts.help}>
      <form onSubmit={submit} className={styles.ask} noValidate>
        <TextInput
          label={texts.bucket}
          placeholder={texts.bucketExample}
          value={bucket}
          onChange={(event) => setBucket(event.currentTarget.value)}
          onFocus={() => setOffering(true)}
          list={list}
          error={asked === bucket.trim() && wrong}
          description={texts.bucketHelp}
          inputWrapperOrder={["label", "input", "error", "description"]}
          autoComplete="off"
          spellCheck={false}
          dir="auto"
        />
        <Button type="submit" variant="default" loading={report.isFetching}>
          {texts.look}
        </Button>
      </form>
      {offering ? (
        <Offered
          id={list}
          connection={connection.id}
          kind="buckets"
          typed={bucket}
          className={styles.hint}
        />
      ) : (
        <datalist id={list} />
      )}
      {report.error && !wrong && !report.isFetching && (
        <ProblemView error={report.error} onRetry={() => report.refetch()} />
      )}
      {report.isLoading && <Loading lines={8} />}
      {report.data && !report.error && <Report found={report.data} />}
    </Sheet>
  );
}

function Report({ found }: { found: Schema<"CapabilityReport"> }) {
  const count = (verdict: Capability["verdict"]) =>
    found.cards.filter((each) => each.verdict === verdict).length;
  const where = texts.inBucket(found.bucket);
  return (
    <>
      <div className={styles.head}>
        <h3>{where}</h3>
        <span className={styles.hint} role="status">
          {texts.count(count("allowed"), count("denied"), count("unknown"))}
        </span>
      </div>
      <table className={styles.table} aria-label={where}>
        <thead>
          <tr>
            <th scope="col">{texts.columns.card}</th>
            <th scope="col">{texts.columns.why}</th>
          </tr>
        </thead>
        <tbody>
          {found.cards.map((each) => (
            <Row key={each.card} found={each} />
          ))}
        </tbody>
      </table>
      {found.policy && (
        <details className={styles.more}>
          <summary>{texts.addAll}</summary>
          <p className={styles.hint}>{texts.addAllHelp}</p>
          <CodeBlock
            code={JSON.stringify(found.policy, null, 2)}
            label={texts.addAll}
            language="json"
          />
        </details>
      )}
      {found.notes?.map((note) => (
        <p key={note} className={styles.notes}>
          <Prose text={note} />
        </p>
      ))}
    </>
  );
}

function Row({ found }: { found: Capability }) {
  const [tone, Icon] = LOOKS[found.verdict];
  // Of what is not known at all, each single thing that is not known says nothing more.
  const limits = (found.limits ?? []).filter(
    (each) =>
      found.verdict === "allowed" || (found.verdict === "unknown" && each.verdict === "denied"),
  );
  const works = found.verdict === "allowed";
  const add = works ? texts.addRestFor(found.title) : texts.addFor(found.title);
  return (
    <tr>
      <th scope="row">
        <span className={styles.card}>
          <Link to={`/cards/${found.card}`}>{found.title}</Link>
          <Badge tone={tone} icon={<Icon size={12} />}>
            {texts.verdicts[found.verdict]}
          </Badge>
        </span>
      </th>
      <td>
        <Prose text={found.reason} />
        {found.verdict === "denied" && !found.policy && <p>{texts.noAdding}</p>}
        {limits.length > 0 && (
          <details className={styles.more}>
            <summary>{texts.limits(limits.length)}</summary>
            <ul className={styles.limits}>
              {limits.map((each) => (
                <Limit key={`${each.action} ${each.resource} ${each.when}`} found={each} />
              ))}
            </ul>
          </details>
        )}
        {found.policy && (
          <details className={styles.more}>
            <summary>{works ? texts.addRest : texts.add}</summary>
            <CodeBlock code={JSON.stringify(found.policy, null, 2)} label={add} language="json" />
          </details>
        )}
      </td>
    </tr>
  );
}

function Limit({ found }: { found: Need }) {
  const { action, when, verdict, optional, without } = found;
  return (
    <li>
      <code>{action}</code>{" "}
      <span>
        {[
          texts.limit(verdict),
          ...(when === "always" ? [] : [when]),
          ...(optional ? [without || texts.optional] : []),
        ].join("; ")}
      </span>
    </li>
  );
}
