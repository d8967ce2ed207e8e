/** What a user may be; `manager` has `staff` too. */
export const ROLES = ['customer', 'staff', 'manager'] as const;

/** See {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** A user. */
export interface Account {
  /** The `sub` of all tokens; never given to another user. */
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly roles: readonly Role[];
  /** A disabled user can neither log in nor refresh. */
  readonly disabled: boolean;
}

/** The claims of a user; each token takes of them what its scopes allow. */
export function claimsOf(account: Account) {
  return {
    sub: account.id,
    name: `${account.givenName} ${account.familyName}`,
    given_name: account.givenName,
    family_name: account.familyName,
    preferred_username: account.username,
    email: account.email,
    email_verified: false,
    roles: [...account.roles],
  };
}
