using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Assay.Primitives;

namespace Assay.Evm;

/// <summary>A transaction as it goes to a chain.</summary>
public sealed class SignedTransaction
{
    /// <summary>Most bytes that are read.</summary>
    public const int MaxSize = 128 * 1024;

    private const int FieldCount = 12;

    internal SignedTransaction(EvmTransaction transaction, in EvmSignature signature, in EvmAddress sender)
    {
        (Transaction, Signature, Sender) = (transaction, signature, sender);
        RlpItem[] fields =
        [
            .. transaction.Fields, RlpItem.Number(signature.V - 27),
            RlpItem.Number(EvmAmount.FromWord(signature.R)), RlpItem.Number(EvmAmount.FromWord(signature.S)),
        ];
        Raw = (byte[])[EvmTransaction.TypeByte, .. Rlp.Encode(RlpItem.List(fields))];
        Hash = Keccak256.HashData(Raw.Span);
    }

    /// <summary>What was signed.</summary>
    public EvmTransaction Transaction { get; }

    /// <summary>By whom.</summary>
    public EvmAddress Sender { get; }

    /// <summary>With this signature.</summary>
    public EvmSignature Signature { get; }

    /// <summary>The bytes that go to the chain.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>The hash that the chain knows it by.</summary>
    public Digest32 Hash { get; }

    /// <summary>
    /// Reads a transaction and finds its sender. False for anything but type 2 with an empty access list, in its only encoding, with a
    /// signature that somebody can have made.
    /// </summary>
    public static bool TryDecode(ReadOnlyMemory<byte> raw, [NotNullWhen(true)] out SignedTransaction? transaction)
    {
        transaction = null;
        if (raw.Length is < 2 or > MaxSize || raw.Span[0] != EvmTransaction.TypeByte || !Rlp.TryDecode(raw[1..], out RlpItem? item)
            || item is not { IsList: true, Items: { Length: FieldCount } fields }
            || !fields[0].TryNumber(32, out BigInteger chain) || !fields[1].TryNumber(8, out BigInteger nonce)
            || !fields[2].TryNumber(32, out BigInteger tip) || !fields[3].TryNumber(32, out BigInteger fee) || !fields[4].TryNumber(8, out BigInteger gas)
            || fields[5] is not { IsList: false, Bytes.Length: 0 or EvmAddress.Size } || !fields[6].TryNumber(32, out BigInteger value)
            || fields[7].IsList || fields[8] is not { IsList: true, Items.Length: 0 }
            || !fields[9].TryNumber(1, out BigInteger parity) || !fields[10].TryNumber(32, out BigInteger r) || !fields[11].TryNumber(32, out BigInteger s) || parity > 1)
        {
            return false;
        }

        EvmTransaction content = new()
        {
            ChainId = chain,
            Nonce = (ulong)nonce,
            MaxPriorityFeePerGas = tip,
            MaxFeePerGas = fee,
            GasLimit = (ulong)gas,
            To = EvmAddress.TryFrom(fields[5].Bytes.Span, out EvmAddress to) ? to : null,
            Value = value,
            Data = fields[7].Bytes,
        };
        if (!EvmSignature.TryFrom([.. EvmAmount.Word(r).Bytes, .. EvmAmount.Word(s).Bytes, (byte)(27 + (int)parity)], out EvmSignature signature)
            || Secp256k1.Recover(content.SigningDigest, signature) is not { } sender)
        {
            return false;
        }

        transaction = new SignedTransaction(content, signature, sender);
        return true;
    }
}
