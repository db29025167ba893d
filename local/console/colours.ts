import picocolors from "picocolors";

/** Colours where the screen is a terminal, and nobody asked for none (https://no-color.org). A build's `CI` is not a terminal. */
const wanted = process.stdout.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";

export const colours = picocolors.createColors(wanted);
