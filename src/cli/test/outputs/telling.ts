/** How a report is to be told. */
export interface Telling {
  /** Whether rules that no case touches are listed. */
  readonly listsUntouched: boolean;
}
