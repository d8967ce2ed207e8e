/** `npm run audit:trail -- <files>`: checks the chain of an audit trail, the oldest file first; exits with 1 when it is broken. */
import { verifyTrail } from '@portico/auth';
import { runTool } from './run-tool.ts';

await runTool(async () => {
  const paths = process.argv.slice(2);
  if (paths.length === 0) throw new Error('say which files: npm run audit:trail -- trail.jsonl.1 trail.jsonl');
  const { records, last, problems, notes } = await verifyTrail(paths);
  const end = last ? `the last is record ${last.seq} with hash ${last.hash}` : 'there is none';
  const verdict = problems.length === 0 ? 'the chain is whole' : 'THE CHAIN IS BROKEN';
  return {
    text: [...notes, ...problems, `${records} records, ${end}: ${verdict}`].join('\n'),
    isClean: problems.length === 0,
  };
});
