import { memoryWorld } from '../../test/session/memory-world.ts';
import { describeSessions } from '../../test/session/sessions.contract.ts';

describeSessions('memory', memoryWorld);
