using Assay.Primitives;

namespace Assay.Replayer.Commitments;

/// <summary>What a peer has bound itself to for one receipt. Whoever works on the endorsement holds the lock of the instance.</summary>
/// <param name="receipt">The receipt digest.</param>
/// <param name="salt">16 bytes, the opening of the commitment's digests.</param>
/// <param name="commitment">The commitment's bytes.</param>
internal sealed class Pledge(Digest32 receipt, byte[] salt, ReadOnlyMemory<byte> commitment)
{
    /// <summary>The receipt digest.</summary>
    public Digest32 Receipt { get; } = receipt;

    /// <summary>The opening.</summary>
    public byte[] Salt { get; } = salt;

    /// <summary>The commitment's bytes.</summary>
    public ReadOnlyMemory<byte> Commitment { get; } = commitment;

    /// <summary>The endorsement's item once it is made; it never changes again.</summary>
    public byte[]? Item { get; set; }

    /// <summary>Whether the item may be given out: it doesn't refute, or the refutation was dealt with.</summary>
    public bool MayLeave { get; set; }
}
