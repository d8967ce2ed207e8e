/** A BFF as a program of its own, to see how the process behaves: `demo-bff.ts [broken]`. */
import { runBff } from '../src/index.ts';
import { BrokenModule, DemoModule } from './demo.module.ts';

await runBff({ name: 'demo-bff', port: 0, module: process.argv[2] === 'broken' ? BrokenModule : DemoModule });
