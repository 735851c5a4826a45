using System.Collections.Immutable;
using Assay.Attestation;
using Assay.Primitives;
using Assay.Primitives.Cose;
using Assay.Receipts;

namespace Assay.Node.Attesting;

/// <summary>
/// A key that was made in this process, was never written anywhere, and that durable and logged evidence vouches for; until it retires, and
/// its private half with it. Safe for concurrent use.
/// </summary>
internal sealed class AttestedKey : IDisposable
{
    private readonly Es256Signer _signer;
    private readonly Lock _gate = new();
    private bool _hasRetired;

    /// <summary>Takes ownership of the signer.</summary>
    internal AttestedKey(Es256Signer signer) => _signer = signer;

    /// <summary>The public half.</summary>
    internal P256PublicKey PublicKey => _signer.PublicKey;

    /// <summary>What vouches for it.</summary>
    internal required AttestationEvidence Evidence { get; init; }

    /// <summary>SHA-256 of the evidence.</summary>
    internal required Digest32 Digest { get; init; }

    /// <summary>What goes with the evidence.</summary>
    internal required AttestationMaterial Material { get; init; }

    /// <summary>The node's own appraisal: accepted.</summary>
    internal required Appraisal Appraisal { get; init; }

    /// <summary>The key configuration in the binding.</summary>
    internal required ReadOnlyMemory<byte> KeyConfig { get; init; }

    /// <summary>When it was attested.</summary>
    internal required DateTimeOffset At { get; init; }

    /// <summary>From when on its evidence is too old for the node's own policy.</summary>
    internal required DateTimeOffset Until { get; init; }

    /// <summary>Says that the receipt's answer came out of a run in here; null if the key has retired meanwhile.</summary>
    internal Endorsement? TryEndorse(in Digest32 receipt, ImmutableArray<Question> questions, DateTimeOffset at)
    {
        lock (_gate)
        {
            return _hasRetired ? null : Endorsement.Create(receipt, questions, Basis.Tee, EndorsementFinding.Established, Digest, at, _signer);
        }
    }

    /// <summary>Retires: gives up the private half.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _hasRetired = true;
            _signer.Dispose();
        }
    }
}
