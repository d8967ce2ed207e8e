/** Whether the bearer door takes tokens that are bound to the client's key (RFC 9449), or nothing else. */
export type DpopMode = 'off' | 'optional' | 'required';

/** How a token is shown in `Authorization`. */
export type TokenScheme = 'Bearer' | 'DPoP';

/** What a client is told of a refused token, by the names of the parameters in the RFCs. */
export interface TokenError {
  /**
   * `invalid_request`, `invalid_token`, `insufficient_scope` (RFC 6750 3.1), `insufficient_user_authentication` (RFC 9470 3),
   * `invalid_dpop_proof`, `use_dpop_nonce` (RFC 9449 7.1).
   */
  readonly code: string;
  /** One sentence for developers. */
  readonly description?: string | undefined;
  /** The scopes that are needed, with spaces between them. */
  readonly scope?: string | undefined;
  /** Step-up: ways of logging in, one of which is needed. */
  readonly acr?: readonly string[] | undefined;
  /** Step-up: seconds that the login may be ago. */
  readonly maxAge?: number | undefined;
}

/** Signature algorithms of DPoP proofs: asymmetric ones only (RFC 9449 11.6). */
export const PROOF_ALGORITHMS: readonly string[] = ['ES256', 'EdDSA', 'PS256', 'RS256'];

const SCHEMES: Readonly<Record<DpopMode, readonly TokenScheme[]>> = {
  off: ['Bearer'],
  optional: ['Bearer', 'DPoP'],
  required: ['DPoP'],
};

/** The values of `WWW-Authenticate` of a bearer door, all made here. */
export class Challenges {
  private readonly schemes: readonly TokenScheme[];

  /** @param realm name of the BFF: `Bearer` must have a parameter, also when there is no error (RFC 6750 3) */
  constructor(
    private readonly realm: string,
    dpop: DpopMode = 'off',
  ) {
    this.schemes = SCHEMES[dpop];
  }

  /**
   * One challenge for each scheme that the door takes. The one that an error belongs to is the last.
   *
   * @param error undefined when the request had no token: then nothing is said but how to show one (RFC 6750 3.1)
   * @param scheme how the refused token was shown; one that the door does not take counts as its first
   */
  value(error?: TokenError, scheme?: TokenScheme): string {
    const shown = scheme !== undefined && this.schemes.includes(scheme) ? scheme : this.schemes[0];
    const others = this.schemes.filter((other) => other !== shown);
    return [...others.map((other) => this.challenge(other)), this.challenge(shown as TokenScheme, error)].join(', ');
  }

  private challenge(scheme: TokenScheme, error?: TokenError): string {
    const parameters: Array<readonly [string, string | undefined]> = [
      ['realm', this.realm],
      ['algs', scheme === 'DPoP' ? PROOF_ALGORITHMS.join(' ') : undefined],
      ['error', error?.code],
      ['error_description', error?.description && withoutQuotes(error.description)],
      ['scope', error?.scope],
      ['acr_values', error?.acr?.join(' ')],
      ['max_age', error?.maxAge?.toString()],
    ];
    const given = parameters.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoted(value)}`]));
    return `${scheme} ${given.join(', ')}`;
  }
}

/** A quoted-string (RFC 9110 5.6.4) in printable ASCII; whatever else is in the text becomes `?`. */
export function quoted(text: string): string {
  return `"${text.replace(/[^\x20-\x7e]/g, '?').replace(/[\\"]/g, '\\$&')}"`;
}

/** `error_description` may have neither `"` nor `\`, not even escaped (RFC 6750 3). */
function withoutQuotes(text: string): string {
  return text.replaceAll('"', "'").replaceAll('\\', '/');
}
