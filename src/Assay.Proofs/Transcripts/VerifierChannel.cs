using System.Buffers.Binary;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Transcripts;

/// <summary>The verifier's end, and its only way to prover data: what is received is checked to be canonical and absorbed in one
/// step. A proof that is too short or not canonical makes <see cref="Failed"/> true for good; then zeros are received.</summary>
public sealed class VerifierChannel(ReadOnlyMemory<byte> proof)
{
    private ReadOnlyMemory<byte> _rest = proof;

    /// <summary>Where challenges come from; public things (key, statement) are absorbed here.</summary>
    public Transcript Transcript { get; } = new();

    /// <summary>Whether something couldn't be received.</summary>
    public bool Failed { get; private set; }

    /// <summary>Whether everything was received, and nothing is left.</summary>
    public bool IsConsumed => !Failed && _rest.IsEmpty;

    /// <summary>Receives elements under one label.</summary>
    public Ext4[] Receive(string label, int count)
    {
        ReadOnlySpan<byte> bytes = Take((long)count * Ext4.Bytes);
        Ext4[] elements = new Ext4[Failed ? 0 : count];
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = new(
                Word(bytes, 4 * i), Word(bytes, (4 * i) + 1), Word(bytes, (4 * i) + 2), Word(bytes, (4 * i) + 3));
        }

        Transcript.Absorb(label, bytes);
        return Failed ? new Ext4[count] : elements;
    }

    /// <summary>Receives bytes under one label.</summary>
    public byte[] ReceiveBytes(string label, int count)
    {
        byte[] bytes = Take(count).ToArray();
        Transcript.Absorb(label, bytes);
        return Failed ? new byte[count] : bytes;
    }

    /// <summary>Receives a nonce and says whether it is ground to so many bits.</summary>
    public bool ReceiveGround(string label, int bits)
    {
        ReadOnlySpan<byte> bytes = Take(8);
        ulong nonce = Failed ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        bool ground = !Failed && Transcript.IsGround(label, nonce, bits);
        Transcript.Absorb(label, bytes);
        return ground;
    }

    /// <summary>Receives symbols of an opening, which aren't absorbed: nothing is drawn after them.</summary>
    public uint[] ReceiveSymbols(int count)
    {
        ReadOnlySpan<byte> bytes = Take((long)count * 4);
        uint[] symbols = new uint[count];
        for (int i = 0; i < count && !Failed; i++)
        {
            symbols[i] = Word(bytes, i);
        }

        return symbols;
    }

    /// <summary>Receives digests of an opening, which aren't absorbed.</summary>
    public ReadOnlyMemory<byte> ReceiveDigests(int count)
    {
        ReadOnlyMemory<byte> rest = _rest;
        int length = Take((long)count * 32).Length;
        return Failed ? new byte[count * 32] : rest[..length];
    }

    private uint Word(ReadOnlySpan<byte> bytes, int index)
    {
        uint word = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * index)..]);
        Failed |= word >= KoalaBear.P;
        return word;
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (Failed || count > _rest.Length)
        {
            Failed = true;
            return [];
        }

        ReadOnlySpan<byte> taken = _rest.Span[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
