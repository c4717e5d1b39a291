import { chmod, rename, writeFile } from "node:fs/promises";

/** Writes an executable that is there as a whole or not at all. */
export async function writeBinary(file: string, content: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  await writeFile(temporary, content);
  await chmod(temporary, 0o755);
  await rename(temporary, file);
}
