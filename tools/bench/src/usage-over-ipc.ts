/**
 * Loaded into a contestant with `--import` where `/proc` is not to be had: answers each message on the IPC channel with
 * the `ProcessUsage` of the process, and does not keep it alive.
 */
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system, memory: process.memoryUsage.rss() });
});
process.channel?.unref();
