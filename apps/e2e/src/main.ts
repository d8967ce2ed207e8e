import { describe } from 'node:test';
import { accounts } from './scenarios/accounts.ts';
import { appearance } from './scenarios/appearance.ts';
import { buying } from './scenarios/buying.ts';
import { failures } from './scenarios/failures.ts';
import { keyboard } from './scenarios/keyboard.ts';
import { staff } from './scenarios/staff.ts';
import { setStage } from './stage.ts';

void describe('the storefront and the console in Chromium', { timeout: 600_000 }, () => {
  const stage = setStage();
  buying(stage);
  accounts(stage);
  staff(stage);
  keyboard(stage);
  failures(stage);
  appearance(stage);
});
