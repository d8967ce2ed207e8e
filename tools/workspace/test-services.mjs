/** `npm run test:services`: the tests against real servers. Fails when a server's address is not set; never skips. */
import '../dev/register.mjs';

const { testServices } = await import('./src/test-services.ts');
process.exitCode = testServices(process.argv.slice(2));
