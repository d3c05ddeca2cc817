// Every sentence of the pages, by the part that says it. A part's texts are a file here, so that
// one can read, change or translate them without reading code.
export { cards } from "./cards";
export { connections } from "./connections";
export { designer } from "./designer";
export { flowmap } from "./flowmap";
export { flows } from "./flows";
export { home } from "./home";
export { runs } from "./runs";
export { settings } from "./settings";
export { shell } from "./shell";
export { signin } from "./signin";
export { testing } from "./testing";
