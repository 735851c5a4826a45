// Codes of what a platform can't do. What needs it isn't evaluated: never a pass, never a failure.
export const NO_WEBCRYPTO = 'platform/no-webcrypto';
export const NO_P256 = 'platform/no-p256';
/** Evidence of attested hardware, which this verifier reads and doesn't appraise. */
export const NO_ATTESTATION = 'platform/attestation';
export const NO_ED25519 = 'platform/no-ed25519';

/** Whether a code, if there is one, says that the platform couldn't tell. */
export const isLacking = code => code?.startsWith('platform/') === true;
