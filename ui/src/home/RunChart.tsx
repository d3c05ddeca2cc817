import { SegmentedControl } from "@mantine/core";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import { Loading, ProblemView, Sheet } from "../parts";
import { home } from "../texts";
import { type Bar, barsOf, beginningOfSpan, roundUp, SPANS, type Span } from "./activity";
import styles from "./RunChart.module.css";

const texts = home.chart;
const PARTS = ["succeeded", "unended", "cancelled", "failed"] as const;

/** Runs and failures over time, as bars and as a table. */
export function RunChart() {
  const [span, setSpan] = useState<Span>("fortnight");
  const begin = useBeginning(span);
  const { data, error, refetch } = useQuery(activity(span, begin));
  const bars = useMemo(() => (data ? barsOf(data.found, data.begin, data.span) : []), [data]);
  const runs = bars.reduce((sum, bar) => sum + bar.total, 0);
  const failed = bars.reduce((sum, bar) => sum + bar.failed, 0);
  return (
    <Sheet
      title={texts.title}
      help={data && texts.summary(runs, failed)}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={texts.span}
          value={span}
          onChange={setSpan}
          data={[
            { value: "day" as const, label: texts.spans.day },
            { value: "fortnight" as const, label: texts.spans.fortnight },
            { value: "quarter" as const, label: texts.spans.quarter },
          ]}
        />
      }
    >
      {!!error && <ProblemView error={error} onRetry={refetch} />}
      {!data && !error && <Loading lines={5} />}
      {data && (
        <>
          <Chart bars={bars} span={data.span} runs={runs} failed={failed} />
          <Legend bars={bars} />
          <BarTable bars={bars} span={data.span} />
        </>
      )}
    </Sheet>
  );
}

/** The same all hour or all day, so that asking again asks for the same. */
function useBeginning(span: Span): string {
  return beginningOfSpan(span, new Date()).toISOString();
}

function activity(span: Span, begin: string) {
  return queryOptions({
    queryKey: [...keys.runs, "activity", span, begin],
    queryFn: async ({ signal }) => ({
      span,
      begin: new Date(begin),
      found: await answer(
        api.GET("/api/v1/runs/activity", {
          params: { query: { since: begin, step: SPANS[span].step } },
          signal,
        }),
      ),
    }),
    refetchInterval: 15_000,
    placeholderData: keepPreviousData,
  });
}

const WIDTH = 720;
const HEIGHT = 190;
const LEFT = 40;
const BOTTOM = 22;
const TOP = 8;

function Chart({
  bars,
  span,
  runs,
  failed,
}: {
  bars: readonly Bar[];
  span: Span;
  runs: number;
  failed: number;
}) {
  const most = Math.max(...bars.map((bar) => bar.total));
  const top = roundUp(most);
  const height = HEIGHT - BOTTOM - TOP;
  const y = (count: number) => TOP + height - (count / top) * height;
  const slot = (WIDTH - LEFT) / bars.length;
  const wide = Math.min(slot * 0.66, 34);
  const every = Math.ceil(bars.length / 8);
  return (
    <svg
      className={styles.chart}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={texts.picture(texts.spans[span], runs, failed, most)}
    >
      {[0, 0.5, 1].map((part) => (
        <g key={part}>
          <line x1={LEFT} x2={WIDTH} y1={y(top * part)} y2={y(top * part)} />
          <text x={LEFT - 8} y={y(top * part) + 4} textAnchor="end">
            {(top * part).toLocaleString("en")}
          </text>
        </g>
      ))}
      {bars.map((bar, number) => {
        const x = LEFT + slot * number + (slot - wide) / 2;
        let below = 0;
        return (
          <g key={bar.start.getTime()}>
            <title>{told(bar, span)}</title>
            <rect
              className={styles.slot}
              x={LEFT + slot * number}
              y={TOP}
              width={slot}
              height={height}
            />
            {PARTS.map((part) => {
              const count = bar[part];
              if (!count) return null;
              const from = y(below);
              below += count;
              // One failure among thousands is to be seen.
              const tall = Math.max(from - y(below), 2);
              return (
                <rect
                  key={part}
                  data-part={part}
                  x={x}
                  y={from - tall}
                  width={wide}
                  height={tall}
                  rx={1.5}
                />
              );
            })}
            {number % every === 0 && (
              <text x={x + wide / 2} y={HEIGHT - 5} textAnchor="middle">
                {when(bar.start, span)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

function Legend({ bars }: { bars: readonly Bar[] }) {
  const shown = PARTS.filter((part) => bars.some((bar) => bar[part] > 0));
  return (
    <ul className={styles.legend} aria-hidden="true">
      {shown.map((part) => (
        <li key={part} data-part={part}>
          {texts[part]}
        </li>
      ))}
    </ul>
  );
}

function BarTable({ bars, span }: { bars: readonly Bar[]; span: Span }) {
  return (
    <details className={styles.table}>
      <summary>{texts.asTable}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.when}</th>
            {PARTS.map((part) => (
              <th scope="col" key={part}>
                {texts[part]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars
            .filter((bar) => bar.total > 0)
            .map((bar) => (
              <tr key={bar.start.getTime()}>
                <th scope="row">{when(bar.start, span)}</th>
                {PARTS.map((part) => (
                  <td key={part}>{bar[part].toLocaleString("en")}</td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  );
}

const hours = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

function when(start: Date, span: Span): string {
  return (span === "day" ? hours : days).format(start);
}

function told(bar: Bar, span: Span): string {
  const parts = PARTS.filter((part) => bar[part]).map((part) => `${bar[part]} ${texts[part]}`);
  return texts.bar(when(bar.start, span), parts.join(", ") || "0");
}
