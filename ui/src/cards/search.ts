interface Found {
  id: string;
  title: string;
  summary: string;
  effect: string;
}

/** Cards that have all the words in title, summary or ID; those whose title begins so first. */
export function searched<T extends Found>(cards: readonly T[], text: string, effect = "any"): T[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const begins = (card: T) => card.title.toLowerCase().startsWith(words[0] ?? "");
  return cards
    .filter((card) => effect === "any" || card.effect === effect)
    .filter((card) => {
      const all = `${card.title} ${card.summary} ${card.id}`.toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .map((card, at) => ({ card, at }))
    .sort((a, b) => Number(begins(b.card)) - Number(begins(a.card)) || a.at - b.at)
    .map(({ card }) => card);
}
