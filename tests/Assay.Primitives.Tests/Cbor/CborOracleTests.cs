using System.Text.Json;
using Assay.Primitives.Cbor;
using Assay.Testing;
using Framework = System.Formats.Cbor;

namespace Assay.Primitives.Tests.Cbor;

/// <summary>Our CBOR against two implementations that aren't ours.</summary>
public sealed class CborOracleTests
{
    [Fact]
    public void Framework_reads_what_we_write()
    {
        Random random = new(11);
        for (int i = 0; i < 5000; i++)
        {
            byte[] item = CborDocuments.Item(random, 5);
            Assert.True(FrameworkCbor.Accepts(item), Convert.ToHexStringLower(item));
        }
    }

    [Fact]
    public void Framework_writes_what_we_write()
    {
        Framework.CborWriter theirs = new(Framework.CborConformanceMode.Ctap2Canonical);
        CborWriter ours = new();
        Random random = new(12);
        theirs.WriteStartArray(3000);
        ours.WriteArrayHeader(3000);
        for (int i = 0; i < 1000; i++)
        {
            long number = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            byte[] bytes = new byte[random.Next(1000) >> random.Next(10)];
            theirs.WriteInt64(number);
            ours.WriteInt(number);
            theirs.WriteByteString(bytes);
            ours.WriteBytes(bytes);
            theirs.WriteTextString(new string('é', bytes.Length));
            ours.WriteText(new string('é', bytes.Length));
        }

        theirs.WriteEndArray();
        Assert.Equal(theirs.Encode(), ours.ToArray());
    }

    [Fact]
    public void Reader_neither_throws_nor_grows_and_agrees_with_the_framework_on_mutated_items()
    {
        Random random = new(13);
        byte[][] seeds =
        [
            .. Enumerable.Range(0, 40).Select(_ => CborDocuments.Item(random, 4)).Where(item => item.Length is > 8 and < 400),
            Convert.FromHexString("a4010220012158206b4b3c2d1e0f000102030405060708090a0b0c0d0e0f10111213141516171822580141"),
        ];
        int compared = 0;
        FuzzSummary summary = FuzzRun.Run(seeds, Read, new FuzzLimits(1024, 0, TimeSpan.FromMilliseconds(50)));
        Assert.True(summary.Accepted > 1000 && summary.Refused > 10_000, summary.ToString());

        // The framework's reader allocates, so the comparison is a pass of its own.
        foreach (byte[] input in Inputs(seeds))
        {
            if (FrameworkCbor.Accepts(input) is bool theirs)
            {
                compared++;
                if (theirs != Read(input))
                {
                    Assert.Fail($"The framework says {theirs}: {Convert.ToHexStringLower(input)}");
                }
            }
        }

        Assert.True(compared > 10_000);
    }

    [OracleFact(Oracle.NodePackages)]
    public void Cborg_makes_our_bytes_of_what_it_reads()
    {
        Random random = new(14);
        string[] items =
            [.. Enumerable.Range(0, 2000).Select(_ => Convert.ToHexStringLower(CborDocuments.Item(random, 5)))];
        string[]? output = JsonSerializer.Deserialize<string[]>(Oracles.RunNode("cbor.mjs", JsonSerializer.Serialize(items)));
        Assert.Equal(items, output);
    }

    private static IEnumerable<byte[]> Inputs(byte[][] seeds)
    {
        Mutator mutator = new(2, seeds);
        return FuzzRun.Systematic(seeds).Concat(Enumerable.Range(0, FuzzRun.Count / 5).Select(_ => mutator.Next()));
    }

    private static bool Read(byte[] input)
    {
        CborReader reader = new(input);
        reader.ReadRawItem();
        reader.End();
        return reader.Error is null;
    }
}
