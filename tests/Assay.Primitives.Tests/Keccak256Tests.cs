using System.Security.Cryptography;
using System.Text;

namespace Assay.Primitives.Tests;

public sealed class Keccak256Tests
{
    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("testing", "5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02")]
    [InlineData("The quick brown fox jumps over the lazy dog", "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15")]
    [InlineData("The quick brown fox jumps over the lazy dog.", "578951e24efd62a3d63a86f7cd19aaa53c898fe287d2552133220370240b572d")]
    public void Published_hashes(string text, string hash) => Assert.Equal(hash, Keccak256.HashData(Encoding.UTF8.GetBytes(text)).ToString());

    [Fact]
    public void With_the_standards_padding_it_is_the_frameworks_SHA3_at_all_lengths()
    {
        if (!SHA3_256.IsSupported)
        {
            return;
        }

        byte[] data = new byte[4 * Keccak256.Rate];
        new Random(1).NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
        {
            Assert.Equal(SHA3_256.HashData(data.AsSpan(0, length)), Keccak256.HashData(data.AsSpan(0, length), 6).ToArray());
        }
    }
}
