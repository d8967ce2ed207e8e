import { createHash } from 'node:crypto';
import type { Clock } from '@portico/core';
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, type JWTHeaderParameters, jwtVerify } from 'jose';
import type { Claims } from '../provider/claims.ts';
import { withoutSecrets } from '../provider/provider-error.ts';
import { PROOF_ALGORITHMS } from './challenges.ts';
import { fieldValues, type TokenRequest } from './credentials.ts';
import type { ProofNonces } from './proof-nonces.ts';
import type { UseOnce } from './replay-memory.ts';
import { TokenRefused } from './token-refused.ts';

/** How proofs of possession are checked. */
export interface ProofsOptions {
  /** Origin of the BFF as clients see it: `htu` begins with it, whatever `Host` says. */
  readonly publicUrl: string;
  /** Seconds that a client's clock may be off. */
  readonly clockSkew: number;
  readonly nonces: ProofNonces;
  readonly useOnce: UseOnce;
  readonly clock: Clock;
}

const MAX_PROOF_LENGTH = 4096;
const MAX_JTI_LENGTH = 256;
/** Seconds that a proof is good for. */
const PROOF_LIFE = 60;

/** Proofs that a request's sender has the key that a token is bound to (DPoP, RFC 9449 4.3). */
export class Proofs {
  constructor(private readonly options: ProofsOptions) {}

  /**
   * @param token the access token, which has been checked
   * @param thumbprint of the key that it is bound to
   * @throws TokenRefused
   */
  async check(request: TokenRequest, token: string, thumbprint: string): Promise<void> {
    const proof = proofOf(request);
    const { claims, jwk } = await this.verify(proof);
    if ((await calculateJwkThumbprint(jwk)) !== thumbprint) {
      throw new TokenRefused('the token is bound to another key', 'invalid_token');
    }
    const hash = createHash('sha256').update(token).digest('base64url');
    if (claims.ath !== hash) throw refused('the proof is for another token');
    if (claims.htm !== request.method) throw refused('the proof is for another method');
    if (!this.isHere(claims.htu, request.url ?? '')) throw refused('the proof is for another URL');
    this.checkTime(claims);
    if (!this.options.nonces.accepts(claims.nonce)) {
      throw new TokenRefused('the proof needs the nonce of the field DPoP-Nonce', 'use_dpop_nonce');
    }
    await this.checkFirstUse(claims.jti, thumbprint);
  }

  private async verify(proof: string): Promise<{ claims: Claims; jwk: JWK }> {
    try {
      const { payload, protectedHeader } = await jwtVerify(proof, keyOf, {
        algorithms: [...PROOF_ALGORITHMS],
        typ: 'dpop+jwt',
        currentDate: new Date(this.options.clock.epoch()),
        clockTolerance: this.options.clockSkew,
      });
      return { claims: payload, jwk: protectedHeader.jwk as JWK };
    } catch (error) {
      throw refused('the proof is not a signed JWT of the right form', withoutSecrets(error));
    }
  }

  private isHere(htu: unknown, target: string): boolean {
    if (typeof htu !== 'string' || !URL.canParse(htu)) return false;
    const shown = new URL(htu);
    const here = new URL(this.options.publicUrl);
    return shown.origin === here.origin && shown.pathname === pathOf(target, here);
  }

  private checkTime({ iat }: Claims): void {
    const { clock, clockSkew } = this.options;
    const age = clock.epoch() / 1000 - (typeof iat === 'number' ? iat : NaN);
    if (!(age >= -clockSkew && age <= PROOF_LIFE + clockSkew)) throw refused('the proof is too old or from the future');
  }

  private async checkFirstUse(jti: unknown, thumbprint: string): Promise<void> {
    const isJti = typeof jti === 'string' && jti !== '' && jti.length <= MAX_JTI_LENGTH;
    if (!isJti) throw refused('the proof has no jti');
    const identifier = createHash('sha256').update(`${thumbprint} ${jti}`).digest('base64url');
    const ttl = (PROOF_LIFE + 2 * this.options.clockSkew) * 1000;
    if (!(await this.options.useOnce(identifier, ttl))) throw refused('the proof was used before');
  }
}

function proofOf(request: TokenRequest): string {
  const [proof, further] = fieldValues(request, 'dpop');
  if (proof === undefined) throw refused('the field DPoP is missing');
  if (further !== undefined || proof.length > MAX_PROOF_LENGTH)
    throw refused('the field DPoP has more than one short proof');
  return proof;
}

/** The public key in the header of a proof. Big RSA keys are refused: checking their signatures takes too long. */
function keyOf(header: JWTHeaderParameters) {
  if (header.crit !== undefined) throw refused('the proof asks for an extension');
  const { d, n = '', e = '' } = (header.jwk ?? {}) as JWK;
  const isModest = n.length <= 683 && e.length <= 6;
  if (d !== undefined || !isModest) throw refused('the proof has a key that is not accepted here');
  return EmbeddedJWK(header);
}

/** The path of a request target, without query, as a URL writes it. */
function pathOf(target: string, here: URL): string | undefined {
  const url = target.startsWith('/') ? `${here.origin}${target}` : target;
  return URL.canParse(url) ? new URL(url).pathname : undefined;
}

function refused(message: string, cause?: Error): TokenRefused {
  return new TokenRefused(message, 'invalid_dpop_proof', false, cause);
}
