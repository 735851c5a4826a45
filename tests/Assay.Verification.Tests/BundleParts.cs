using Assay.Primitives;
using Assay.Primitives.Cbor;
using Assay.Receipts;

namespace Assay.Verification.Tests;

/// <summary>A bundle as raw parts, which a test may change at will; encodes whatever it is given.</summary>
internal sealed class BundleParts
{
    public BundleParts(Bundle bundle)
    {
        Statement = bundle.Envelope.StatementBytes.ToArray();
        Index = bundle.Envelope.Index;
        Size = bundle.Envelope.Size;
        Path = [.. bundle.Envelope.Path.Select(static d => d.ToArray())];
        Cose = bundle.Envelope.Cose.ToArray();
        KeySet = bundle.KeySet.Bytes.ToArray();

        CborReader reader = new(bundle.Encode());
        reader.ReadMapHeader();
        for (ulong key = 1; key < 4; key++)
        {
            reader.MapKey(key);
            reader.ReadRawItem();
        }

        reader.MapKey(4);
        Claims = new byte[reader.ReadArrayHeader()][][];
        for (int group = 0; group < Claims.Length; group++)
        {
            Claims[group] = new byte[reader.ReadArrayHeader()][];
            for (int leaf = 0; leaf < Claims[group].Length; leaf++)
            {
                Claims[group][leaf] = reader.ReadRawItem().ToArray();
            }
        }

        reader.MapKey(5);
        Outputs = new byte[reader.ReadArrayHeader()][];
        for (int part = 0; part < Outputs.Length; part++)
        {
            Outputs[part] = reader.ReadRawItem().ToArray();
        }

        Attachments = [.. bundle.Attachments.Select(static a => a.Content.ToArray())];
        if (bundle.LogProof is { } proof)
        {
            HasLogProof = true;
            Entry = proof.EntryBytes.ToArray();
            LogIndex = proof.Index;
            LogPath = [.. proof.Path.Select(static d => d.ToArray())];
            Checkpoint = proof.Checkpoint.ToArray();
        }
    }

    public byte[] Statement { get; set; }

    public ulong Index { get; set; }

    public ulong Size { get; set; }

    public List<byte[]> Path { get; set; }

    public byte[] Cose { get; set; }

    public byte[] KeySet { get; set; }

    public byte[][][] Claims { get; set; }

    public byte[][] Outputs { get; set; }

    public List<byte[]> Attachments { get; set; }

    public bool HasLogProof { get; set; }

    public byte[] Entry { get; set; } = [];

    public ulong LogIndex { get; set; }

    public List<byte[]> LogPath { get; set; } = [];

    public byte[] Checkpoint { get; set; } = [];

    /// <summary>Entry, index and path of each key event.</summary>
    public List<(byte[] Entry, ulong Index, List<byte[]> Path)> KeyEvents { get; set; } = [];

    /// <summary>The items of key 9, as they are; no key if there are none.</summary>
    public List<byte[]> Endorsements { get; set; } = [];

    /// <summary>The leaf of a field.</summary>
    public ref byte[] Leaf(ClaimField field) =>
        ref Claims[field.Group][field.Index - ClaimRegistry.Fields.First(f => f.Group == field.Group).Index];

    public BundleParts SetLogProof(LogProof proof)
    {
        HasLogProof = true;
        Entry = proof.EntryBytes.ToArray();
        LogIndex = proof.Index;
        LogPath = [.. proof.Path.Select(static d => d.ToArray())];
        Checkpoint = proof.Checkpoint.ToArray();
        return this;
    }

    public byte[] Envelope()
    {
        CborWriter writer = new();
        writer.WriteArrayHeader(5);
        writer.WriteBytes(Statement);
        writer.WriteUInt(Index);
        writer.WriteUInt(Size);
        WritePath(writer, Path);
        writer.WriteBytes(Cose);
        return writer.ToArray();
    }

    public byte[] Encode()
    {
        CborWriter writer = new();
        writer.WriteMapHeader((HasLogProof ? 7 : 6) + (KeyEvents.Count > 0 ? 1 : 0) + (Endorsements.Count > 0 ? 1 : 0));
        writer.WriteUInt(1);
        writer.WriteText(DomainTags.Bundle);
        writer.WriteUInt(2);
        writer.WriteBytes(Envelope());
        writer.WriteUInt(3);
        writer.WriteBytes(KeySet);
        writer.WriteUInt(4);
        writer.WriteArrayHeader(Claims.Length);
        foreach (byte[][] group in Claims)
        {
            writer.WriteArrayHeader(group.Length);
            foreach (byte[] leaf in group)
            {
                writer.WriteRaw(leaf);
            }
        }

        writer.WriteUInt(5);
        writer.WriteArrayHeader(Outputs.Length);
        foreach (byte[] part in Outputs)
        {
            writer.WriteRaw(part);
        }

        writer.WriteUInt(6);
        writer.WriteArrayHeader(Attachments.Count);
        foreach (byte[] attachment in Attachments)
        {
            writer.WriteBytes(attachment);
        }

        if (HasLogProof)
        {
            writer.WriteUInt(7);
            writer.WriteArrayHeader(4);
            writer.WriteBytes(Entry);
            writer.WriteUInt(LogIndex);
            WritePath(writer, LogPath);
            writer.WriteBytes(Checkpoint);
        }

        if (KeyEvents.Count > 0)
        {
            writer.WriteUInt(8);
            writer.WriteArrayHeader(KeyEvents.Count);
            foreach ((byte[] entry, ulong index, List<byte[]> path) in KeyEvents)
            {
                writer.WriteArrayHeader(3);
                writer.WriteBytes(entry);
                writer.WriteUInt(index);
                WritePath(writer, path);
            }
        }

        if (Endorsements.Count > 0)
        {
            writer.WriteUInt(9);
            writer.WriteArrayHeader(Endorsements.Count);
            foreach (byte[] item in Endorsements)
            {
                writer.WriteRaw(item);
            }
        }

        return writer.ToArray();
    }

    private static void WritePath(CborWriter writer, List<byte[]> path)
    {
        writer.WriteArrayHeader(path.Count);
        foreach (byte[] node in path)
        {
            writer.WriteBytes(node);
        }
    }
}
