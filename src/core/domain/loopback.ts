/** Whether `host` is this machine itself. */
export const isLoopback = (host: string): boolean =>
  host.toLowerCase() === 'localhost' || host === '::1' || /^127(\.[0-9]+){3}$/.test(host)
