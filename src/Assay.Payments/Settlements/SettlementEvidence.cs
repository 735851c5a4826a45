using System.Numerics;
using System.Text;
using Assay.Evm;
using Assay.Primitives;
using Assay.Primitives.Cbor;

namespace Assay.Payments;

/// <summary>
/// Which payment was settled, and where to look (spec/payment.md, "Settlement"): the evidence of an endorsement by settlement. It proves
/// nothing by itself: the chain does.
/// </summary>
public sealed record SettlementEvidence
{
    /// <summary>Most bytes.</summary>
    public const int MaxLength = 2048;

    private static readonly byte[] Profile = Encoding.UTF8.GetBytes(DomainTags.Settlement);

    /// <summary>The chain's number; the evidence has it as CAIP-2.</summary>
    public required BigInteger ChainId { get; init; }

    /// <summary>The token.</summary>
    public required EvmAddress Token { get; init; }

    /// <summary>Whose money it was.</summary>
    public required EvmAddress Payer { get; init; }

    /// <summary>Who got it.</summary>
    public required EvmAddress Payee { get; init; }

    /// <summary>How much was charged, in the token's smallest unit.</summary>
    public required BigInteger Amount { get; init; }

    /// <summary>The payment's nonce.</summary>
    public required Digest32 Nonce { get; init; }

    /// <summary>The contract that keeps the nonce: the token, or Permit2.</summary>
    public required EvmAddress NonceKeeper { get; init; }

    /// <summary>The transaction's hash; null if and only if nothing was charged.</summary>
    public required Digest32? Transaction { get; init; }

    /// <summary>SHA-256 of the leaf <c>payment.payload</c>'s text in UTF-8.</summary>
    public required Digest32 Payload { get; init; }

    /// <summary>CAIP-2.</summary>
    public string Network => "eip155:" + EvmAmount.Text(ChainId);

    /// <summary>The evidence's CBOR.</summary>
    /// <exception cref="InvalidOperationException">A transaction without an amount, or the reverse.</exception>
    public byte[] Encode()
    {
        if (Transaction is null != Amount.IsZero)
        {
            throw new InvalidOperationException("There is a transaction if and only if something was charged.");
        }

        CborWriter writer = new(512);
        writer.WriteMapHeader(10);
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.Settlement);
        writer.WriteUInt(2);
        writer.WriteText(Network);
        Write(writer, 3, Token.Bytes);
        Write(writer, 4, Payer.Bytes);
        Write(writer, 5, Payee.Bytes);
        Write(writer, 6, EvmAmount.Word(Amount).Bytes);
        Write(writer, 7, Nonce.Bytes);
        Write(writer, 8, NonceKeeper.Bytes);
        if (Transaction is { } transaction)
        {
            Write(writer, 9, transaction.Bytes);
        }
        else
        {
            writer.WriteUInt(9);
            writer.WriteNull();
        }

        Write(writer, 10, Payload.Bytes);
        return writer.ToArray();
    }

    /// <summary>Reads evidence, strictly; null if it isn't that.</summary>
    public static SettlementEvidence? TryDecode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength)
        {
            return null;
        }

        CborReader reader = new(bytes);
        reader.ReadMapHeader(10);
        reader.MapKey(1);
        bool profile = reader.ReadTextUtf8().SequenceEqual(Profile);
        reader.MapKey(2);
        string network = reader.ReadText();
        EvmAddress token = Address(ref reader, 3), payer = Address(ref reader, 4), payee = Address(ref reader, 5);
        reader.MapKey(6);
        Digest32 amount = reader.ReadDigest();
        reader.MapKey(7);
        Digest32 nonce = reader.ReadDigest();
        EvmAddress keeper = Address(ref reader, 8);
        reader.MapKey(9);
        Digest32? transaction = Nullable(ref reader);
        reader.MapKey(10);
        Digest32 payload = reader.ReadDigest();
        reader.End();
        BigInteger charged = EvmAmount.FromWord(amount);
        return reader.Error is null && profile && NamedNetworks.TryCaip2(network) is { } chainId && transaction is null == charged.IsZero
            ? new SettlementEvidence
            {
                ChainId = chainId,
                Token = token,
                Payer = payer,
                Payee = payee,
                Amount = charged,
                Nonce = nonce,
                NonceKeeper = keeper,
                Transaction = transaction,
                Payload = payload,
            }
            : null;
    }

    private static EvmAddress Address(ref CborReader reader, ulong key)
    {
        reader.MapKey(key);
        ReadOnlySpan<byte> bytes = reader.ReadBytes(EvmAddress.Size);
        return reader.Error is null ? EvmAddress.From(bytes) : default;
    }

    private static Digest32? Nullable(ref CborReader reader)
    {
        if (reader.Peek() != CborKind.Null)
        {
            return reader.ReadDigest();
        }

        reader.ReadNull();
        return null;
    }

    private static void Write(CborWriter writer, ulong key, ReadOnlySpan<byte> bytes)
    {
        writer.WriteUInt(key);
        writer.WriteBytes(bytes);
    }
}
