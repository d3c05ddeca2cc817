import { Page } from "../parts";
import { shell } from "../texts";

export default function FlowsView() {
  return <Page title={shell.views.flows}>{null}</Page>;
}
