import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";

import { listen, ListenError } from "#src/adapters/http/listen.ts";

describe("a server that cannot listen", () => {
  it("says which port is taken and how to choose another", async () => {
    const first = createServer();
    const { port } = await listen(first, { host: "127.0.0.1", port: 0 });
    onTestFinished(() => {
      first.close();
    });

    const second = listen(createServer(), { host: "127.0.0.1", port, option: "--metrics-port" });

    await expect(second).rejects.toBeInstanceOf(ListenError);
    await expect(second).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: another process has that port; stop it, or choose another port with --metrics-port`,
    );
  });

  it.each([
    { host: "192.0.2.1", message: /192\.0\.2\.1:0: "192\.0\.2\.1" is no address of this machine/ },
    { host: "2001:db8::1", message: /\[2001:db8::1\]:0: / },
  ])("says that $host is not here", async ({ host, message }) => {
    await expect(listen(createServer(), { host, port: 0 })).rejects.toThrow(message);
  });
});
