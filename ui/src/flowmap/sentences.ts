import { beginningOf } from "../parts";
import { flowmap as texts } from "../texts";
import { connectionKey, type FlowMap, flowKey } from "./layout";

/** What each flow and connection touches, as a sentence. */
export function sentences(map: FlowMap): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const titles = new Map(
    map.flows.map((each) => [each.flow, beginningOf(each.title || each.flow, 80)]),
  );
  const title = (flow: string) => titles.get(flow) ?? flow;
  for (const { flow } of map.flows) {
    const uses = map.lines.filter((line) => line.kind === "uses" && line.flow === flow);
    const calls = map.lines.filter((line) => line.kind === "calls" && line.flow === flow);
    const callers = map.lines.filter((line) => line.kind === "calls" && line.to === flow);
    const said = [
      uses.length && texts.uses(uses.map((line) => line.to).join(", ")),
      calls.length && texts.calls(calls.map((line) => title(line.to)).join(", ")),
      callers.length && texts.calledBy(callers.map((line) => title(line.flow)).join(", ")),
    ].filter(Boolean);
    found.set(flowKey(flow), said.join("; "));
  }
  for (const { nickname } of map.connections) {
    const users = map.lines.filter((line) => line.kind === "uses" && line.to === nickname);
    found.set(connectionKey(nickname), texts.usedBy(users.length));
  }
  return found;
}
