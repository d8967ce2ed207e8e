import { systemClock } from '@portico/core';
import { Egress } from '@portico/discovery';
import { eventually } from '@portico/testing';
import { P2cBalancer } from '../src/balancers/p2c.balancer.ts';
import { BalanceGate, sendToInstance } from '../src/gates/balance.gate.ts';
import { gates } from '../src/gates/gates.stage.ts';
import { InstanceSet } from '../src/instances/instance-set.ts';
import type { Send } from '../src/send.ts';
import { resolveSettings } from '../src/settings.ts';
import { undiciTransport } from '../src/transport/undici-transport.ts';
import { defineUpstream } from '../src/upstream.ts';
import { description } from './instances.ts';
import { scriptedSource } from './scripted-source.ts';

/** Where an instance listens. */
export interface Place {
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly port: number;
}

/** Instances on this machine that a test changes, with real connections and no stage but the innermost. */
export interface ChangingSet {
  readonly send: Send;
  /** Resolves once the list is in use, which takes a long one some turns of the event loop. */
  become(places: readonly Place[]): Promise<void>;
  close(): Promise<void>;
}

/** Makes such a set with its first instances. */
export function changingSet(places: readonly Place[]): ChangingSet {
  const settings = resolveSettings(defineUpstream('shop', { url: 'http://shop.test', balance: { slowStart: 0 } }), {});
  const egress = new Egress(['127.0.0.0/8']);
  const source = scriptedSource(places.map(describePlace));
  const balancer = new P2cBalancer(Math.random);
  const set = new InstanceSet({
    upstream: 'shop',
    source,
    policy: settings.balance,
    balancer,
    open: (instance) => undiciTransport(instance, settings, egress),
    clock: systemClock,
  });
  return {
    send: gates([new BalanceGate(set, balancer, [])])(sendToInstance),
    become: async (next) => {
      const list = next.map(describePlace);
      source.become(list);
      await eventually(
        () => set.all.length === list.length && set.all.every((one, at) => one.description === list[at]),
      );
    },
    close: () => set.close(),
  };
}

function describePlace({ host = '127.0.0.1', port }: Place) {
  return description(`${host}:${port}`, { host, port });
}
