using System.Numerics;
using Assay.Primitives;

namespace Assay.Evm;

/// <summary>A transaction of type 2 (EIP-1559), with an empty access list.</summary>
public sealed record EvmTransaction
{
    internal const byte TypeByte = 2;

    /// <summary>The chain (EIP-155).</summary>
    public required BigInteger ChainId { get; init; }

    /// <summary>How many transactions the sender made before.</summary>
    public required ulong Nonce { get; init; }

    /// <summary>Most that the block's maker gets, in wei for each unit of gas.</summary>
    public required BigInteger MaxPriorityFeePerGas { get; init; }

    /// <summary>Most that is paid at all, in wei for each unit of gas.</summary>
    public required BigInteger MaxFeePerGas { get; init; }

    /// <summary>Most gas that it may take.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>Whom it calls; null makes a contract.</summary>
    public required EvmAddress? To { get; init; }

    /// <summary>What it moves, in wei.</summary>
    public BigInteger Value { get; init; }

    /// <summary>Call data, or the code that makes a contract.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>What its sender signs: keccak256 of the type and the fields.</summary>
    public Digest32 SigningDigest => Keccak256.HashData([TypeByte, .. Rlp.Encode(RlpItem.List(Fields))]);

    internal RlpItem[] Fields =>
    [
        RlpItem.Number(ChainId), RlpItem.Number(Nonce), RlpItem.Number(MaxPriorityFeePerGas), RlpItem.Number(MaxFeePerGas), RlpItem.Number(GasLimit),
        RlpItem.From(To is { } to ? to.Bytes.ToArray() : default), RlpItem.Number(Value), RlpItem.From(Data), RlpItem.List(),
    ];

    /// <summary>Signs it.</summary>
    public SignedTransaction Sign(IEvmSigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return new SignedTransaction(this, signer.Sign(SigningDigest), signer.Address);
    }
}
