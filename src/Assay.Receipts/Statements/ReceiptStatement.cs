using System.Buffers.Binary;
using System.Text;
using Assay.Primitives;
using Assay.Primitives.Merkle;

namespace Assay.Receipts;

/// <summary>
/// The signed statement of one receipt: a CBOR map of 203 bytes with every value at a constant offset (spec/receipt.md, "Statement"),
/// so that a contract or a circuit can read it without a CBOR parser.
/// </summary>
public sealed record ReceiptStatement
{
    /// <summary>Bytes of every encoded statement.</summary>
    public const int Length = 203;

    /// <summary>The last millisecond of the year 9999: no later time can be shown.</summary>
    public const long MaxUnixMilliseconds = 253_402_300_799_999;

    private const int KeySetAt = 22;
    private const int IdAt = 56;
    private const int IssuedAtAt = 74;
    private const int CounterAt = 84;
    private const int PolicyAt = 95;
    private const int SourceAt = 129;
    private const int ClaimsRootAt = 133;
    private const int OutputRootAt = 168;
    private const int PhaseAt = 202;

    // The encoding with every value zero. Between the values stand only map keys, heads and the profile.
    private static readonly byte[] Template = BuildTemplate();

    // 1 where a byte belongs to the frame, 0 where it belongs to a value.
    private static readonly byte[] Frame = BuildFrame();

    /// <summary>SHA-256 of the bytes of the node's key set.</summary>
    public required Digest32 KeySet { get; init; }

    /// <summary>Random id.</summary>
    public required ReceiptId Id { get; init; }

    /// <summary>Unix milliseconds by the node's clock, 0 to <see cref="MaxUnixMilliseconds"/>.</summary>
    public required long IssuedAt { get; init; }

    /// <summary>1, 2, 3… per API key.</summary>
    public required ulong Counter { get; init; }

    /// <summary>SHA-256 of the canonical policy document.</summary>
    public required Digest32 Policy { get; init; }

    /// <summary>Who set the level.</summary>
    public required LevelSource LevelSource { get; init; }

    /// <summary>Root of the claims tree.</summary>
    public required Digest32 ClaimsRoot { get; init; }

    /// <summary>Root of the output tree.</summary>
    public required Digest32 OutputRoot { get; init; }

    /// <summary>What this is a statement of.</summary>
    public required ReceiptPhase Phase { get; init; }

    /// <summary>Writes the 203 bytes.</summary>
    public void Write(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Length, nameof(destination));
        if (IssuedAt is < 0 or > MaxUnixMilliseconds || Counter == 0 || !Enum.IsDefined(LevelSource) || !Enum.IsDefined(Phase))
        {
            throw new InvalidOperationException("A statement with a value out of range can't be encoded.");
        }

        Template.CopyTo(destination);
        KeySet.CopyTo(destination[KeySetAt..]);
        Id.CopyTo(destination[IdAt..]);
        BinaryPrimitives.WriteInt64BigEndian(destination[IssuedAtAt..], IssuedAt);
        BinaryPrimitives.WriteUInt64BigEndian(destination[CounterAt..], Counter);
        Policy.CopyTo(destination[PolicyAt..]);
        destination[SourceAt] = (byte)LevelSource;
        ClaimsRoot.CopyTo(destination[ClaimsRootAt..]);
        OutputRoot.CopyTo(destination[OutputRootAt..]);
        destination[PhaseAt] = (byte)Phase;
    }

    /// <summary>The 203 bytes.</summary>
    public byte[] Encode()
    {
        byte[] bytes = new byte[Length];
        Write(bytes);
        return bytes;
    }

    /// <summary>Reads a statement. Errors: <c>statement/…</c> of <see cref="ReceiptErrors"/>.</summary>
    public static ReceiptStatement? TryDecode(ReadOnlySpan<byte> bytes, out string? error)
    {
        error = null;
        if (bytes.Length != Length)
        {
            error = ReceiptErrors.StatementLayout;
            return null;
        }

        for (int i = 0; i < Length; i++)
        {
            if (Frame[i] != 0 && bytes[i] != Template[i])
            {
                error = ReceiptErrors.StatementLayout;
                return null;
            }
        }

        ulong issuedAt = BinaryPrimitives.ReadUInt64BigEndian(bytes[IssuedAtAt..]);
        ulong counter = BinaryPrimitives.ReadUInt64BigEndian(bytes[CounterAt..]);
        error = issuedAt > MaxUnixMilliseconds ? ReceiptErrors.StatementIssuedAt
            : counter == 0 ? ReceiptErrors.StatementCounter
            : bytes[SourceAt] > (byte)LevelSource.Payment ? ReceiptErrors.StatementLevelSource
            : bytes[PhaseAt] > (byte)ReceiptPhase.Abort ? ReceiptErrors.StatementPhase
            : null;
        return error is not null ? null : new ReceiptStatement
        {
            KeySet = Digest32.From(bytes.Slice(KeySetAt, 32)),
            Id = ReceiptId.From(bytes.Slice(IdAt, 16)),
            IssuedAt = (long)issuedAt,
            Counter = counter,
            Policy = Digest32.From(bytes.Slice(PolicyAt, 32)),
            LevelSource = (LevelSource)bytes[SourceAt],
            ClaimsRoot = Digest32.From(bytes.Slice(ClaimsRootAt, 32)),
            OutputRoot = Digest32.From(bytes.Slice(OutputRootAt, 32)),
            Phase = (ReceiptPhase)bytes[PhaseAt],
        };
    }

    /// <summary>The receipt digest: the statement's leaf hash in its batch tree. It doesn't depend on the signature.</summary>
    public static Digest32 DigestOf(ReadOnlySpan<byte> statement) => MerkleTree.LeafHash(statement);

    private static byte[] BuildTemplate()
    {
        byte[] template = new byte[Length];
        int at = 0;
        void Put(params ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(template.AsSpan(at));
            at += bytes.Length;
        }

        void Value(byte key, int length)
        {
            Put(key);
            if (length < 24)
            {
                Put((byte)(0x40 + length));
            }
            else
            {
                Put(0x58, (byte)length);
            }

            at += length;
        }

        Put(0xaa, 1, 0x70);
        Put(Encoding.UTF8.GetBytes(DomainTags.Receipt));
        Value(2, 32);
        Value(3, 16);
        Value(4, 8);
        Value(5, 8);
        Value(6, 32);
        Value(7, 1);
        Value(8, 32);
        Value(9, 32);
        Value(10, 1);
        return template;
    }

    private static byte[] BuildFrame()
    {
        byte[] frame = new byte[Length];
        Array.Fill(frame, (byte)1);
        foreach ((int at, int length) in new[] { (KeySetAt, 32), (IdAt, 16), (IssuedAtAt, 8), (CounterAt, 8), (PolicyAt, 32), (SourceAt, 1), (ClaimsRootAt, 32), (OutputRootAt, 32), (PhaseAt, 1) })
        {
            frame.AsSpan(at, length).Clear();
        }

        return frame;
    }
}
