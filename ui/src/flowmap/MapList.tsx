import type { ReactNode } from "react";
import { Link } from "react-router";
import { said } from "../flows/folders";
import { beginningOf, titleOf } from "../parts";
import { flowmap as texts } from "../texts";
import styles from "./FlowMap.module.css";
import { type FlowMap, layoutOf, type MapFlow } from "./layout";
import { ConnectionState, FlowState } from "./states";

/** The same as the picture, in words: a line for each flow. */
export function MapList({ map }: { map: FlowMap }) {
  const rows = layoutOf(map).flows.map((each) => each.item);
  const flows = new Map(map.flows.map((each) => [each.flow, each]));
  const connections = new Map(map.connections.map((each) => [each.nickname, each]));
  const used = new Set(map.lines.filter((line) => line.kind === "uses").map((line) => line.to));
  // Where no flow calls another, nothing is said of it row by row.
  const hasCalls = map.lines.some((line) => line.kind === "calls");
  const hasFolders = map.flows.some((flow) => flow.folder);
  const unused = map.connections.filter((each) => !used.has(each.nickname));
  const connection = (nickname: string) => {
    const found = connections.get(nickname);
    return (
      <>
        {found?.status == null ? (
          <bdi>{nickname}</bdi>
        ) : (
          <Link to={`/connections/${encodeURIComponent(nickname)}`} dir="auto">
            {nickname}
          </Link>
        )}{" "}
        {found && <ConnectionState connection={found} />}
      </>
    );
  };
  return (
    <div className={styles.sheet}>
      <table className={styles.table} aria-label={texts.title}>
        <thead>
          <tr>
            <th scope="col">{texts.columns.flow}</th>
            {hasFolders && (
              <th scope="col" data-column="folder">
                {texts.columns.folder}
              </th>
            )}
            <th scope="col" data-column="uses">
              {texts.columns.uses}
            </th>
            {hasCalls && (
              <>
                <th scope="col" data-column="calls">
                  {texts.columns.calls}
                </th>
                <th scope="col" data-column="calledBy">
                  {texts.columns.calledBy}
                </th>
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((flow) => (
            <tr key={flow.flow}>
              <th scope="row">
                <FlowName flow={flow} />
              </th>
              {hasFolders && <td dir="auto">{said(flow.folder)}</td>}
              <td>
                <Names
                  names={map.lines
                    .filter((line) => line.kind === "uses" && line.flow === flow.flow)
                    .map((line) => line.to)}
                  draw={connection}
                />
              </td>
              {hasCalls && (
                <>
                  <td>
                    <Names
                      names={map.lines
                        .filter((line) => line.kind === "calls" && line.flow === flow.flow)
                        .map((line) => line.to)}
                      draw={(name) => <FlowName flow={flows.get(name)} name={name} />}
                    />
                  </td>
                  <td>
                    <Names
                      names={map.lines
                        .filter((line) => line.kind === "calls" && line.to === flow.flow)
                        .map((line) => line.flow)}
                      draw={(name) => <FlowName flow={flows.get(name)} name={name} />}
                    />
                  </td>
                </>
              )}
            </tr>
          ))}
          {unused.map((each) => (
            <tr key={each.nickname}>
              <td colSpan={hasFolders ? 2 : 1} className={styles.quiet}>
                {texts.usedBy(0)}
              </td>
              <td>{connection(each.nickname)}</td>
              {hasCalls && <td colSpan={2} />}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FlowName({ flow, name }: { flow: MapFlow | undefined; name?: string }) {
  if (!flow) return <bdi>{name}</bdi>;
  const title = flow.title || flow.flow;
  const short = beginningOf(title, 120);
  return (
    <span className={styles.flow} title={titleOf(title)}>
      {flow.exists ? (
        <Link to={`/flows/${flow.flow}`} dir="auto">
          {short}
        </Link>
      ) : (
        <bdi>{short}</bdi>
      )}
      <FlowState flow={flow} />
    </span>
  );
}

function Names({ names, draw }: { names: string[]; draw: (name: string) => ReactNode }) {
  if (!names.length) return <span className={styles.quiet}>{texts.nothing}</span>;
  return (
    <ul className={styles.names}>
      {names.map((name) => (
        <li key={name}>{draw(name)}</li>
      ))}
    </ul>
  );
}
