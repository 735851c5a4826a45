using Assay.Proofs.Fields;
using Assay.Proofs.Hashing;

namespace Assay.Proofs.Tests;

public sealed class FieldTests
{
    [Fact]
    public void EveryElementTimesItsInverseIsOne()
    {
        Random random = new(5);
        for (int i = 0; i < 200; i++)
        {
            Ext4 a = new(Next(random), Next(random), Next(random), Next(random));
            Assert.Equal(Ext4.One, a * a.Invert());
        }
    }

    [Fact]
    public void XToTheFourthIsThree()
    {
        Ext4 x = new(0, 1, 0, 0);
        Assert.Equal(Ext4.From(3), x * x * x * x);
    }

    [Theory]
    [InlineData(0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262")]
    [InlineData(1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213")]
    [InlineData(1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7")]
    [InlineData(1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444")]
    [InlineData(102400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085")]
    public void Blake3MeetsItsPublishedVectors(int length, string digest)
    {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++)
        {
            data[i] = (byte)(i % 251);
        }

        Assert.Equal(digest, Convert.ToHexStringLower(Blake3.Hash(data)));
    }

    private static uint Next(Random random) => (uint)random.NextInt64(KoalaBear.P);
}
