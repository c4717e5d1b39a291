// 127.64.0.0/10 has 64 addresses for each port there is: control planes that run side by side never share one.
const FIRST = 127 * 2 ** 24 + 64 * 2 ** 16;
const ADDRESSES_PER_PORT = 64;

/**
 * The addresses of Services in the control plane whose API server has this port. They are loopback addresses, all of
 * which Linux lets one listen on, so that the API server reaches what listens on a Service's address.
 */
export const serviceRange = (port: number): string => `${serviceAddress(port, 0)}/26`;

/** The address of the Service `kubernetes`, always the first of the range. */
export const ownServiceAddress = (port: number): string => serviceAddress(port, 1);

function serviceAddress(port: number, offset: number): string {
  const address = FIRST + port * ADDRESSES_PER_PORT + offset;
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");
}
