using System.Buffers.Binary;

namespace Assay.Node.Tests.Attesting.Tsm;

/// <summary>Certificate tables as hosts leave them for guests (AMD 56421, section 4.1.8.1).</summary>
internal static class TsmTables
{
    internal const string Vcek = "63da758d-e664-4564-adc5-f4b93be8accd";
    internal const string Vlek = "a8074bc2-a25a-483e-aae6-39c045a0b8a1";
    internal const string Ask = "4ab7b379-bbac-4fe4-a02f-05aef327c782";
    internal const string Ark = "c0b406a4-a803-4952-9743-3fb6014cd0ae";

    internal static byte[] Of(bool bigEndian, params (string Guid, byte[] Certificate)[] entries)
    {
        int offset = (entries.Length + 1) * 24;
        byte[] table = new byte[offset + entries.Sum(static entry => entry.Certificate.Length)];
        for (int i = 0; i < entries.Length; i++)
        {
            Span<byte> entry = table.AsSpan(i * 24, 24);
            new Guid(entries[i].Guid).TryWriteBytes(entry, bigEndian, out _);
            BinaryPrimitives.WriteInt32LittleEndian(entry[16..], offset);
            BinaryPrimitives.WriteInt32LittleEndian(entry[20..], entries[i].Certificate.Length);
            entries[i].Certificate.CopyTo(table, offset);
            offset += entries[i].Certificate.Length;
        }

        return table;
    }
}
