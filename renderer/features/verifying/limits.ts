/** How much one check takes on (验证的上限). */

/** bytes of one file */
export const maxFileBytes = 256 * 1024 * 1024
/** files in one go */
export const maxFiles = 20
/** a check that takes longer is stopped, ms */
export const longestCheckMs = 90_000
/** bytes of one certificate or revocation list file */
export const maxTrustBytes = 16 * 1024 * 1024
