import { Page } from "../parts";
import { shell } from "../texts";

export default function DesignerView() {
  return <Page title={shell.views.flows}>{null}</Page>;
}
