using System.Numerics;
using System.Security.Cryptography;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Client.Tests;

/// <summary>A payer whose key lasts as long as the test.</summary>
internal sealed class TestSigner : IEvmSigner
{
    private static readonly BigInteger Order = (new BigInteger(Secp256k1.HalfOrder, isUnsigned: true, isBigEndian: true) * 2) + 1;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));

    internal TestSigner()
    {
        ECPoint point = _key.ExportParameters(includePrivateParameters: false).Q;
        Address = EvmAddress.From(Keccak256.HashData([.. point.X!, .. point.Y!]).Bytes[12..]);
    }

    public EvmAddress Address { get; }

    public EvmSignature Sign(in Digest32 digest)
    {
        byte[] bytes = [.. _key.SignHash(digest.Bytes), 27];
        BigInteger s = new(bytes.AsSpan(32, 32), isUnsigned: true, isBigEndian: true);
        EvmAmount.Word(BigInteger.Min(s, Order - s)).Bytes.CopyTo(bytes.AsSpan(32));
        for (; ; bytes[64]++)
        {
            if (EvmSignature.TryFrom(bytes, out EvmSignature signature) && Secp256k1.Recover(digest, signature) == Address)
            {
                return signature;
            }
        }
    }
}
