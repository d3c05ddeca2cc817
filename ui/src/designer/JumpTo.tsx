import { Modal } from "@mantine/core";
import { designer } from "../texts";
import { Chooser } from "./Chooser";
import { useDesigner } from "./context";
import type { Placed } from "./document";

interface JumpToProps {
  opened: boolean;
  title: string;
  cards: readonly Placed[];
  onClose: () => void;
}

/** The cards of the flow by name, to go to one of them. */
export function JumpTo({ opened, title, cards, onClose }: JumpToProps) {
  const { catalog, focusCard } = useDesigner();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      returnFocus={false}
      title={designer.jump}
      size="auto"
      padding="xs"
      yOffset="12vh"
    >
      {opened && (
        <Chooser
          label={designer.jump}
          hint={designer.jumpHint}
          none={designer.palette.none}
          groups={[
            {
              title,
              options: cards.map(({ use }) => ({
                key: use.id,
                label: `${catalog.get(use.card)?.title ?? use.card} · ${use.id}`,
                detail: use.note ?? undefined,
                tone: catalog.get(use.card)?.effect,
              })),
            },
          ]}
          onChoose={(id) => {
            onClose();
            focusCard(id);
          }}
        />
      )}
    </Modal>
  );
}
