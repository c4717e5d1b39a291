/** Rejects with the signal's reason when it is aborted: for a race with something that cannot be stopped. */
export function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const tell = (): void => {
      // Without a reason of ours it is a DOMException, which is an Error.
      reject(signal.reason as Error);
    };
    if (signal.aborted) tell();
    else signal.addEventListener("abort", tell, { once: true });
  });
}
