using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Verification.Tests;

/// <summary>A payer whose signatures come out the same every time: the nonce is a hash of key and message. For tests only.</summary>
internal sealed class FixedWallet : IEvmSigner
{
    public static readonly BigInteger Order = BigInteger.Parse("0fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private readonly BigInteger _secret;

    public FixedWallet(string name)
    {
        _secret = FixedSigner.Number(Digest32.Sha256(Encoding.UTF8.GetBytes(name + " wallet")).Bytes) % Order;
        ECPoint point = PointOf(_secret);
        Address = EvmAddress.From(Keccak256.HashData([.. point.X!, .. point.Y!]).Bytes[12..]);
    }

    public EvmAddress Address { get; }

    public EvmSignature Sign(in Digest32 digest)
    {
        BigInteger k = FixedSigner.Number(Digest32.Sha256(FixedSigner.Bytes(_secret), digest.Bytes).Bytes) % Order;
        ECPoint point = PointOf(k);
        BigInteger r = FixedSigner.Number(point.X) % Order;
        BigInteger s = BigInteger.ModPow(k, Order - 2, Order) * (FixedSigner.Number(digest.Bytes) + (r * _secret)) % Order;
        bool odd = (point.Y![31] & 1) == 1, high = s > Order / 2;
        return new EvmSignature(Digest32.From(FixedSigner.Bytes(r)), Digest32.From(FixedSigner.Bytes(high ? Order - s : s)), (byte)(odd == high ? 27 : 28));
    }

    /// <summary>The other signature that the curve has for the same payment, which nobody must take.</summary>
    public static EvmSignature Malleated(EvmSignature signature) =>
        new(signature.R, Digest32.From(FixedSigner.Bytes(Order - FixedSigner.Number(signature.S.Bytes))), (byte)(signature.V == 27 ? 28 : 27));

    private static ECPoint PointOf(BigInteger scalar)
    {
        using ECDsa key = ECDsa.Create(new ECParameters { Curve = ECCurve.CreateFromValue("1.3.132.0.10"), D = FixedSigner.Bytes(scalar) });
        return key.ExportParameters(includePrivateParameters: false).Q;
    }
}
