/** `npm run lint`: what ESLint and the compiler cannot see. Each check stands in its own file of `src/checks`. */
import '../dev/register.mjs';

const { runChecks } = await import('./src/run-checks.ts');
process.exitCode = runChecks();
