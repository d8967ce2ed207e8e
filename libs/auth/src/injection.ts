/** Injection token of the `Sessions` of a BFF. */
export const SESSIONS = Symbol('portico.sessions');

/** Injection token of the `Provider` of a BFF. */
export const PROVIDER = Symbol('portico.provider');

/** Injection token of a BFF's `AuthSettings`. */
export const AUTH_SETTINGS = Symbol('portico.auth-settings');

/** Injection token of the `Door` that a BFF's clients come through. */
export const DOOR = Symbol('portico.door');
