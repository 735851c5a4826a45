namespace Assay.Primitives;

/// <summary>
/// Every string that separates one kind of hashed or signed bytes from another, in one place so
/// that no two kinds can share one. A published tag never changes meaning.
/// </summary>
public static class DomainTags
{
    /// <summary>Receipt statement, key 1 (spec/receipt.md).</summary>
    public const string Receipt = "assay/receipt/v1";

    /// <summary>Batch head, key 1 (spec/receipt.md).</summary>
    public const string Batch = "assay/batch/v1";

    /// <summary>Key set, key 1 (spec/receipt.md).</summary>
    public const string KeySet = "assay/keyset/v1";

    /// <summary>Key rotation, key 1 (spec/receipt.md).</summary>
    public const string Rotation = "assay/rotation/v1";

    /// <summary>Key revocation, key 1 (spec/receipt.md).</summary>
    public const string Revocation = "assay/revocation/v1";

    /// <summary>Endorsement, key 1 (spec/endorsements.md).</summary>
    public const string Endorsement = "assay/endorsement/v1";

    /// <summary>Commitment of a peer that replays, key 1 (spec/endorsements.md).</summary>
    public const string ReplayCommitment = "assay/replay-commitment/v1";

    /// <summary>Evidence of a peer's replay, key 1 (spec/endorsements.md).</summary>
    public const string ReplayEvidence = "assay/replay/v1";

    /// <summary>A publisher's statement about a model, key 1 (spec/publisher.md).</summary>
    public const string PublisherStatement = "assay/publisher-statement/v1";

    /// <summary>Registration of a proof key, key 1 (spec/proofs.md).</summary>
    public const string ProofRegistration = "assay/proof-registration/v1";

    /// <summary>Proof file, key 1 (spec/proofs.md).</summary>
    public const string ProofFile = "assay/proof-file/v1";

    /// <summary>Evidence of an attester, key 1 (spec/attestation.md).</summary>
    public const string AttestationEvidence = "assay/attestation-evidence/v1";

    /// <summary>What evidence is bound to, key 1 (spec/attestation.md).</summary>
    public const string TeeBinding = "assay/tee-binding/v1";

    /// <summary>A pile of vendors' collateral, key 1 (spec/attestation.md).</summary>
    public const string Collateral = "assay/collateral/v1";

    /// <summary>Collateral, policies and platform endorsements that go with evidence, key 1 (spec/attestation.md).</summary>
    public const string AttestationMaterial = "assay/attestation-material/v1";

    /// <summary>Evidence with its material in one file, key 1 (spec/attestation.md).</summary>
    public const string AttestationFile = "assay/attestation-file/v1";

    /// <summary>The <c>profile</c> member of an appraisal policy for evidence (spec/attestation.md).</summary>
    public const string AttestationPolicy = "assay/attestation-policy/v1";

    /// <summary>A signed appraisal policy, key 1 (spec/attestation.md).</summary>
    public const string SignedAttestationPolicy = "assay/signed-attestation-policy/v1";

    /// <summary>Somebody's word about where a platform stands, key 1 (spec/attestation.md).</summary>
    public const string PlatformEndorsement = "assay/platform-endorsement/v1";

    /// <summary>The simulator's report, key 1 (spec/attestation.md).</summary>
    public const string SimulatorReport = "assay/simulator-report/v1";

    /// <summary>First element of every log entry (spec/receipt.md).</summary>
    public const string LogEntry = "assay/log/v1";

    /// <summary>Bundle, key 1 (spec/receipt.md).</summary>
    public const string Bundle = "assay/bundle/v1";

    /// <summary>Proof that a counter was given twice, key 1 (docs/keys.md).</summary>
    public const string CounterConflict = "assay/counter-conflict/v1";

    /// <summary>The <c>profile</c> member of a policy document (spec/levels.md).</summary>
    public const string Policy = "assay/policy/v1";

    /// <summary>Prefix of the hash that is a model's identity, followed by a zero byte (spec/program.md).</summary>
    public const string ModelId = "assay/model-id/v1";

    /// <summary>Prefix of the hash that is the identity of a GGUF file, followed by a zero byte (spec/chat.md).</summary>
    public const string GgufModelId = "assay/gguf-model-id/v1";

    /// <summary>Prefix of the hash that is a float model's identity, followed by a zero byte (spec/receipt.md).</summary>
    public const string FloatModelId = "assay/float-model-id/v1";

    /// <summary>The exact program's semantics and the first element of its bytes (spec/program.md).</summary>
    public const string Program = "fixed-point/v1";

    /// <summary>A proof key's first element, and prefix of its digest, followed by a zero byte (spec/proof-system.md).</summary>
    public const string ProofKey = "assay/proof-key/v1";

    /// <summary>Digest of a request that is paid for (spec/payment.md).</summary>
    public const string PaidRequest = "assay/paid-request/v1";

    /// <summary>Nonce by which a payer's signature covers an offer (spec/payment.md).</summary>
    public const string PaymentNonce = "assay/payment-nonce/v1";

    /// <summary>Evidence of a settlement, key 1 (spec/payment.md).</summary>
    public const string Settlement = "assay/settlement/v1";

    /// <summary>The <c>profile</c> member of a node's price file (docs/payment.md).</summary>
    public const string Prices = "assay/prices/v1";
}
