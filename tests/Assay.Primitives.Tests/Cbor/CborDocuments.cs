using Assay.Primitives.Cbor;

namespace Assay.Primitives.Tests.Cbor;

/// <summary>Random items of the profile, encoded by our writer.</summary>
internal static class CborDocuments
{
    private static readonly ulong[] Edges =
        [0, 1, 23, 24, 255, 256, 65535, 65536, uint.MaxValue, 1UL << 32, long.MaxValue, 1UL << 63, ulong.MaxValue];

    /// <summary>One random item, with nothing nested deeper than <paramref name="depth"/>.</summary>
    public static byte[] Item(Random random, int depth, bool textKeysOnly = false)
    {
        CborWriter writer = new();
        switch (random.Next(depth > 0 ? 8 : 6))
        {
            case 0:
                writer.WriteUInt(Number(random));
                break;
            case 1:
                writer.WriteInt(-1 - (long)(Number(random) & long.MaxValue));
                break;
            case 2:
                writer.WriteBytes(Bytes(random, random.Next(random.Next(4) == 0 ? 300 : 30)));
                break;
            case 3:
                writer.WriteText(Text(random));
                break;
            case 4:
                writer.WriteNull();
                break;
            case 5:
                writer.WriteBool(random.Next(2) == 0);
                break;
            case 6:
                int count = random.Next(random.Next(10) == 0 ? 40 : 5);
                writer.WriteArrayHeader(count);
                for (int i = 0; i < count; i++)
                {
                    writer.WriteRaw(Item(random, depth - 1, textKeysOnly));
                }

                break;
            default:
                SortedSet<byte[]> keys = new(Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
                for (int i = random.Next(6); i > 0; i--)
                {
                    keys.Add(Key(random, textKeysOnly));
                }

                writer.WriteMapHeader(keys.Count);
                foreach (byte[] key in keys)
                {
                    writer.WriteRaw(key);
                    writer.WriteRaw(Item(random, depth - 1, textKeysOnly));
                }

                break;
        }

        return writer.ToArray();
    }

    private static byte[] Key(Random random, bool textOnly)
    {
        CborWriter writer = new();
        switch (textOnly ? 2 : random.Next(4))
        {
            case 0:
                writer.WriteUInt(Number(random));
                break;
            case 1:
                writer.WriteInt(-1 - (long)(Number(random) & long.MaxValue));
                break;
            case 2:
                writer.WriteText(Text(random));
                break;
            default:
                writer.WriteBytes(Bytes(random, random.Next(30)));
                break;
        }

        return writer.ToArray();
    }

    private static ulong Number(Random random) =>
        random.Next(2) == 0 ? Edges[random.Next(Edges.Length)] : (ulong)random.NextInt64() >> random.Next(64);

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random)
    {
        string[] pieces = ["a", "Z", " ", "é", "水", "𐅑", "\n", "\"", "ü"];
        return string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
    }
}
