import { inSlices } from './in-slices.ts';

describe('inSlices', () => {
  const items = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it.each([0, 1, 250])('is done with %d items at once', (count) => {
    const log: unknown[] = [];
    inSlices(
      items(count),
      (item) => void log.push(item),
      () => void log.push('done'),
    );
    expect(log).toEqual([...items(count), 'done']);
  });

  it('does a long list in order, 250 items a turn, and says once that it is done', async () => {
    const log: unknown[] = [];
    inSlices(
      items(600),
      (item) => void log.push(item),
      () => void log.push('done'),
    );
    const lengths = [log.length];
    for (let turn = 0; turn < 4; turn++) {
      await nextTurn();
      lengths.push(log.length);
    }
    expect(lengths).toEqual([250, 500, 601, 601, 601]);
    expect(log).toEqual([...items(600), 'done']);
  });

  it('does no more once it is given up', async () => {
    const log: unknown[] = [];
    const giveUp = inSlices(
      items(600),
      (item) => void log.push(item),
      () => void log.push('done'),
    );
    giveUp();
    await nextTurn();
    expect(log).toHaveLength(250);
  });
});
