import { own } from "./own.ts";
import { type Quantity } from "./quantity.ts";

const ONE = 10n ** 9n;
const MEBIBYTE = 2n ** 20n * ONE;

// Above every node there is, by far: the largest have some 900 cores and 32 Ti of memory.
const MANY_BYTES = 100n * 2n ** 40n * ONE;
// Nearly always thousandths that lost their "m": who means so many cores can pass over a note.
const MANY_CORES = 100n * ONE;

const SHAPE = /^\+?([\d.]+)([A-Za-z]*)$/;

/** What is judged to be a slip; of an upper bound only what is too little. */
export interface Amount {
  readonly name: string;
  readonly text: string;
  /** What the text comes to. */
  readonly quantity: Quantity | undefined;
  readonly isUpperBound?: boolean;
}

/** What an amount comes to that hardly anybody means, and what was likely meant; nothing where it is plausible. Reads on after the amount. */
export function likelySlip({ name, text, quantity, isUpperBound = false }: Amount): string | undefined {
  if (quantity === undefined || quantity.nanos <= 0n) return undefined;
  const slip = own(judges, name)?.(quantity, readWritten(text));
  if (slip === undefined || (isUpperBound && slip.isTooMuch)) return undefined;
  const { size, meant } = slip;
  return `of ${name} is ${size}${meant === undefined ? "; is that meant?" : `; ${meant}?`}`;
}

interface Written {
  readonly number: string;
  readonly suffix: string;
}

interface Slip {
  readonly size: string;
  readonly meant: string | undefined;
  readonly isTooMuch: boolean;
}

const judges: Readonly<Record<string, typeof coreSlip | undefined>> = {
  cpu: coreSlip,
  memory: byteSlip,
  "ephemeral-storage": byteSlip,
  storage: byteSlip,
};

function readWritten(text: string): Written | undefined {
  const [, number, suffix = ""] = SHAPE.exec(text) ?? [];
  return number === undefined ? undefined : { number, suffix };
}

function coreSlip({ nanos }: Quantity, written: Written | undefined): Slip | undefined {
  if (nanos >= MANY_CORES) {
    const meant = written === undefined ? undefined : `${written.number}m`;
    return { size: `${decimal(nanos)} cores`, meant, isTooMuch: true };
  }
  if (nanos >= ONE / 1000n) return undefined;
  const meant = written?.suffix === "m" ? written.number : written && `${written.number}m`;
  return { size: "less than a thousandth of a core", meant, isTooMuch: false };
}

function byteSlip({ nanos }: Quantity, written: Written | undefined): Slip | undefined {
  if (nanos >= MANY_BYTES) {
    const meant = written === undefined || written.suffix === "" ? undefined : `${written.number}Gi`;
    return { size: `${decimal(nanos / 2n ** 40n)} Ti`, meant, isTooMuch: true };
  }
  if (nanos >= MEBIBYTE && nanos % ONE === 0n) return undefined;
  return { size: `${decimal(nanos)} bytes`, meant: written && withUnit(written), isTooMuch: false };
}

/** Few of something without a unit are gibibytes, many are mebibytes. */
function withUnit({ number, suffix }: Written): string {
  return `${number}${suffix === "" && Number(number) < 16 ? "Gi" : "Mi"}`;
}

/** An amount in figures, with no more digits behind the point than say something. */
function decimal(nanos: bigint): string {
  const fraction = (nanos % ONE).toString().padStart(9, "0").slice(0, 3).replace(/0+$/, "");
  return `${nanos / ONE}${fraction === "" ? "" : `.${fraction}`}`;
}
