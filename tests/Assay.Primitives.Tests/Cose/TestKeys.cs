using System.Security.Cryptography;
using Assay.Primitives.Cose;

namespace Assay.Primitives.Tests.Cose;

/// <summary>Fixed P-256 keys, so that failures come back.</summary>
internal static class TestKeys
{
    /// <summary>The signer with private scalar 2^64 + <paramref name="number"/>.</summary>
    public static Es256Signer Signer(int number)
    {
        byte[] d = new byte[32];
        d[23] = 1;
        d[31] = (byte)number;
        return new Es256Signer(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = d }));
    }
}
