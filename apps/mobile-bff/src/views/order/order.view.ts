import { Plan, view } from '@portico/aggregation';
import { z } from 'zod';
import { ordering } from '../../upstreams.ts';
import { type Order, toOrder } from './order.mapper.ts';

/** An order's screen. */
const plan = Plan.for<{ id: string }>().required('order', ({ id }) => ordering.get<Order>`/guests/orders/${id}`);

export const orderScreen = view({ input: z.object({ id: z.string().max(64) }), plan, map: toOrder });
