import { type Diagnosis } from "../diagnosis.ts";

/** Every diagnosis as an object: `[{check, about, state, says, remedy?, commands?}]`. */
export const json = (diagnoses: readonly Diagnosis[]): string =>
  `${JSON.stringify(diagnoses, undefined, 2)}\n`;
