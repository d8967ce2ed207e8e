import { systemClock } from '@portico/core';
import { description } from '../../test/instances.ts';
import { scriptedSource } from '../../test/scripted-source.ts';
import { stageBench } from '../../test/stage-bench.ts';
import { P2cBalancer } from '../balancers/p2c.balancer.ts';
import { OutlierEjection } from '../health/outlier-ejection.ts';
import { InstanceSet } from '../instances/instance-set.ts';
import { BALANCE } from '../policies/balance.policy.ts';
import { EJECTION } from '../policies/ejection.policy.ts';
import type { Send } from '../send.ts';
import { BalanceGate, sendToInstance } from './balance.gate.ts';
import { gates } from './gates.stage.ts';

/** A call to one of ten instances, with ejection watching: what is on by default. */
export const bench = stageBench('balance', (next: Send): Send => {
  const upstream = 'bench';
  const clock = systemClock;
  const balancer = new P2cBalancer(Math.random);
  const instances = new InstanceSet({
    upstream,
    source: scriptedSource(Array.from({ length: 10 }, (_, index) => description(`instance-${index}`))),
    policy: { cookie: undefined, zone: undefined, ...BALANCE.parse({}) },
    balancer,
    open: () => ({ send: next, close: () => Promise.resolve() }),
    clock,
  });
  const onChange = (): void => instances.refresh();
  const ejection = new OutlierEjection({ upstream, policy: EJECTION.parse({}), clock, onChange });
  instances.onReplace((all) => ejection.replace(all));
  return gates([new BalanceGate(instances, balancer, [ejection])])(sendToInstance);
});
