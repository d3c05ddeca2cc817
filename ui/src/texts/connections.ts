/** What the Connections page and New Connection say. */
export const connections = {
  title: "Connections",
};
