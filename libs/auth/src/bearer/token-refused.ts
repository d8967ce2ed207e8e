/** Why a token does not count; the bearer door makes a 401 of it. Its message is shown to the client and holds nothing of the token. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';

  /**
   * @param code see `TokenError.code`
   * @param cause for the log, without secrets
   * @param isFinal whether the same token will be refused again whatever happens, so that it may be remembered
   */
  constructor(
    message: string,
    readonly code: 'invalid_token' | 'invalid_request' | 'invalid_dpop_proof' | 'use_dpop_nonce' = 'invalid_token',
    readonly isFinal = false,
    cause?: Error,
  ) {
    super(message, cause && { cause });
  }
}
