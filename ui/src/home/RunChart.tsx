import { SegmentedControl } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Link, useNavigate } from "react-router";
import { answer, api } from "../api/client";
import { keys } from "../api/queries";
import { Loading, ProblemView, Sheet } from "../parts";
import { home } from "../texts";
import { type Bar, barsOf, beginningOfSpan, lastDay, roundUp, SPANS, type Span } from "./activity";
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
const LEFT = 36;
const BOTTOM = 24;
const TOP = 8;
const LABEL = 76;
const WIDEST = 30;

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
  const navigate = useNavigate();
  // Drawn as wide as it is shown, so that its words keep their size.
  const { ref, width: measured } = useElementSize();
  const width = measured || WIDTH;
  const most = Math.max(...bars.map((bar) => bar.total));
  const top = roundUp(most);
  const height = HEIGHT - BOTTOM - TOP;
  const y = (count: number) => TOP + height - (count / top) * height;
  const slot = (width - LEFT) / bars.length;
  const wide = Math.min(slot * 0.64, WIDEST);
  const every = Math.max(1, Math.ceil(LABEL / slot));
  return (
    <div ref={ref}>
      <svg
        className={styles.chart}
        viewBox={`0 0 ${width} ${HEIGHT}`}
        height={HEIGHT}
        role="img"
        aria-label={texts.picture(texts.spans[span], runs, failed, most)}
      >
        {[0, 0.5, 1].map((part) => (
          <g key={part} data-base={part === 0 || undefined}>
            <line x1={LEFT} x2={width} y1={y(top * part)} y2={y(top * part)} />
            <text x={LEFT - 10} y={y(top * part) + 4} textAnchor="end">
              {(top * part).toLocaleString("en")}
            </text>
          </g>
        ))}
        {bars.map((bar, number) => {
          const x = LEFT + slot * number + (slot - wide) / 2;
          let below = 0;
          return (
            // The table has the same ways for the keyboard.
            // biome-ignore lint/a11y/noStaticElementInteractions: as is said above
            <g
              key={bar.start.getTime()}
              className={styles.bar}
              onClick={bar.total ? () => navigate(runsOf(bar, span)) : undefined}
              data-some={bar.total > 0 || undefined}
            >
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
                const tall = Math.max(from - y(below) - 1, 2);
                return (
                  <rect
                    key={part}
                    data-part={part}
                    x={x}
                    y={from - tall}
                    width={wide}
                    height={tall}
                    rx={2}
                  />
                );
              })}
              {(bars.length - 1 - number) % every === 0 && (
                <text x={x + wide / 2} y={HEIGHT - 5} textAnchor="middle">
                  {when(bar.start, span)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </div>
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
                <th scope="row">
                  <Link to={runsOf(bar, span)}>{when(bar.start, span)}</Link>
                </th>
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

/** The list of the days that a bar stands for; only what failed, if anything did. */
function runsOf(bar: Bar, span: Span): string {
  const dates = { from: dayOf(bar.start), to: dayOf(lastDay(bar, span)) };
  const query = new URLSearchParams({ ...dates, kind: "flows" });
  if (bar.failed) query.set("status", "failed");
  return `/runs?${query}`;
}

function dayOf(time: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}
