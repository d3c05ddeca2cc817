import type { ReactNode } from "react";
import { Link } from "react-router";
import { said } from "../flows/folders";
import { flowmap as texts } from "../texts";
import styles from "./FlowMap.module.css";
import type { FlowMap, MapFlow } from "./layout";
import { ConnectionState, FlowState } from "./states";

/** The same as the picture, in words: a line for each flow. */
export function MapList({ map }: { map: FlowMap }) {
  const flows = new Map(map.flows.map((each) => [each.flow, each]));
  const connections = new Map(map.connections.map((each) => [each.nickname, each]));
  const used = new Set(map.lines.filter((line) => line.kind === "uses").map((line) => line.to));
  const unused = map.connections.filter((each) => !used.has(each.nickname));
  const connection = (nickname: string) => {
    const found = connections.get(nickname);
    return (
      <>
        {found?.status == null ? (
          nickname
        ) : (
          <Link to={`/connections/${encodeURIComponent(nickname)}`}>{nickname}</Link>
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
            <th scope="col">{texts.columns.folder}</th>
            <th scope="col">{texts.columns.uses}</th>
            <th scope="col">{texts.columns.calls}</th>
            <th scope="col">{texts.columns.calledBy}</th>
          </tr>
        </thead>
        <tbody>
          {map.flows.map((flow) => (
            <tr key={flow.flow}>
              <th scope="row">
                <FlowName flow={flow} />
              </th>
              <td dir="auto">{said(flow.folder)}</td>
              <td>
                <Names
                  names={map.lines
                    .filter((line) => line.kind === "uses" && line.flow === flow.flow)
                    .map((line) => line.to)}
                  draw={connection}
                />
              </td>
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
            </tr>
          ))}
          {unused.map((each) => (
            <tr key={each.nickname}>
              <td colSpan={2} className={styles.quiet}>
                {texts.usedBy(0)}
              </td>
              <td>{connection(each.nickname)}</td>
              <td />
              <td />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function FlowName({ flow, name }: { flow: MapFlow | undefined; name?: string }) {
  if (!flow) return <>{name}</>;
  const title = flow.title || flow.flow;
  return (
    <span dir="auto">
      {flow.exists ? <Link to={`/flows/${flow.flow}`}>{title}</Link> : title}{" "}
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
