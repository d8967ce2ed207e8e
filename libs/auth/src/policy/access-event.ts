import { channel } from 'node:diagnostics_channel';

/** Message of `portico.auth.access`: access was refused because of a mistake in the BFF, not of its client. */
export interface AccessEvent {
  /** What has the mistake: `policy own-orders`, or the handler that states no access, `OrdersController.list`. */
  readonly subject: string;
  /** One sentence. */
  readonly reason: string;
  /** What the policy threw. */
  readonly error: unknown;
}

/** Where `AccessEvent`s are published. */
export const accessEvents = channel('portico.auth.access');
