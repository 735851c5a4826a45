using System.Buffers;
using Assay.Log.Layout;
using Assay.Testing;

namespace Assay.Log.Tests;

public sealed class EntryBundleTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(TiledLog.MaxEntryBytes)]
    public void TryTake_Appended_GivesTheEntries(int length)
    {
        byte[] entry = TestLog.Entry(1, length);
        ArrayBufferWriter<byte> bundle = new();
        EntryBundle.Append(bundle, entry);
        EntryBundle.Append(bundle, [7]);
        ReadOnlySpan<byte> rest = bundle.WrittenSpan;
        Assert.True(EntryBundle.TryTake(ref rest, out ReadOnlySpan<byte> first));
        Assert.True(EntryBundle.TryTake(ref rest, out ReadOnlySpan<byte> second));
        Assert.Equal(entry, first.ToArray());
        Assert.Equal([7], second.ToArray());
        Assert.False(EntryBundle.TryTake(ref rest, out _));
        Assert.Equal(length + 2, EntryBundle.LengthOf(bundle.WrittenSpan, 1));
        Assert.Equal(-1, EntryBundle.LengthOf(bundle.WrittenSpan, 3));
    }

    [Fact]
    public void TryTake_FuzzedBundles_GivesPartsOfTheInput()
    {
        ArrayBufferWriter<byte> seed = new();
        foreach (int length in new[] { 0, 1, 40, 300, 3 })
        {
            EntryBundle.Append(seed, TestLog.Entry(1, length));
        }

        FuzzSummary summary = FuzzRun.Run([seed.WrittenSpan.ToArray(), [0, 0], [0, 1, 9]], bytes =>
        {
            ReadOnlySpan<byte> rest = bytes;
            int taken = 0;
            int count = 0;
            while (EntryBundle.TryTake(ref rest, out ReadOnlySpan<byte> entry))
            {
                taken += 2 + entry.Length;
                count++;
            }

            Assert.Equal(bytes.Length, taken + rest.Length);
            Assert.Equal(taken, EntryBundle.LengthOf(bytes, count));
            return rest.IsEmpty;
        });
        Assert.True(summary.Accepted > 100 && summary.Refused > 1000);
    }
}
