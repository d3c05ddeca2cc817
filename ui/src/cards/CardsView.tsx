import { Page } from "../parts";
import { shell } from "../texts";

export default function CardsView() {
  return <Page title={shell.views.cards}>{null}</Page>;
}
