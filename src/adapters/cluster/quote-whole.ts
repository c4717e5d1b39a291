import { harmless } from "../../text/quote.ts";

/** The text in double quotes, safe for a terminal and never cut: paths and names of contexts are long, and to be copied. */
export const quoteWhole = (text: string): string => harmless(JSON.stringify(text));
