using System.Security.Cryptography;

namespace Assay.Primitives.Tests;

public sealed class Sha256BlocksTests
{
    [Fact]
    public void Hash_EveryLengthInTwoParts_IsTheFrameworksHash()
    {
        if (!Sha256Blocks.IsSupported)
        {
            // No such library here: everything hashes by the framework.
            return;
        }

        Random random = new(5);
        byte[] message = new byte[Sha256Blocks.MaxLength];
        random.NextBytes(message);
        byte[] digest = new byte[32];
        for (int length = 0; length <= message.Length; length++)
        {
            int split = random.Next(length + 1);
            Sha256Blocks.Hash(message.AsSpan(0, split), message.AsSpan(split..length), digest);
            Assert.Equal(SHA256.HashData(message.AsSpan(0, length)), digest);
        }
    }

    [Fact]
    public void Sha256_AroundEveryLimit_IsTheFrameworksHash()
    {
        byte[] message = new byte[5000];
        new Random(6).NextBytes(message);
        foreach (int length in new[] { 0, 1, 2047, 2048, 2049, 5000 })
        {
            byte[] expected = SHA256.HashData(message.AsSpan(0, length));
            Assert.Equal(expected, Digest32.Sha256(message.AsSpan(0, length)).ToArray());
            Assert.Equal(expected, Digest32.Sha256(message.AsSpan(0, length / 2), message.AsSpan((length / 2)..length)).ToArray());
        }
    }
}
