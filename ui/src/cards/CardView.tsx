import { Page } from "../parts";
import { shell } from "../texts";

export default function CardView() {
  return <Page title={shell.views.cards}>{null}</Page>;
}
