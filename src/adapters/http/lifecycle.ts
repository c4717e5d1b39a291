/** Whether the process is on its way out: `drain` sets it, readiness and every response show it. */
export interface Lifecycle {
  draining: boolean;
}
