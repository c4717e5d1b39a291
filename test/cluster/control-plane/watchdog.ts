import { spawn } from "node:child_process";

// The pipe closes when the one who holds it ends, however it ends. A pid counts while its environment names the directory.
const SCRIPT = `
cat > /dev/null
for file in "$1"/pids/*; do
  [ -f "$file" ] || continue
  pid=$(cat "$file")
  grep -qsF -- "$1" "/proc/$pid/environ" && kill -KILL "$pid"
done
rm -rf "$1" || { sleep 1; rm -rf "$1"; }
`;

/** Takes a control plane's processes and its directory away when this process ends, also when it is killed.
 * Calling the result lets go of both at once.
 */
export function watchOver(directory: string): () => void {
  const watchdog = spawn("sh", ["-c", SCRIPT, "sh", directory], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  watchdog.unref();
  return () => watchdog.stdin.end();
}
