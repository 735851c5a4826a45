using System.Buffers;
using System.Buffers.Binary;
using Assay.Proofs.Fields;

namespace Assay.Proofs.Transcripts;

/// <summary>The prover's end: what is sent is written to the proof and absorbed in one step, so nothing can reach the verifier that
/// later challenges don't depend on.</summary>
/// <param name="capacity">Bytes that the proof will have at most, if that is known: the buffer then never grows.</param>
public sealed class ProverChannel(int capacity = 256)
{
    private readonly ArrayBufferWriter<byte> _proof = new(capacity);

    /// <summary>Where challenges come from; public things (key, statement) are absorbed here.</summary>
    public Transcript Transcript { get; } = new();

    /// <summary>The proof so far.</summary>
    public ReadOnlyMemory<byte> Proof => _proof.WrittenMemory;

    /// <summary>Sends elements under one label.</summary>
    public void Send(string label, ReadOnlySpan<Ext4> elements)
    {
        int start = _proof.WrittenCount;
        foreach (Ext4 element in elements)
        {
            Span<byte> bytes = _proof.GetSpan(Ext4.Bytes);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, element.C0);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], element.C1);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], element.C2);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], element.C3);
            _proof.Advance(Ext4.Bytes);
        }

        Transcript.Absorb(label, _proof.WrittenSpan[start..]);
    }

    /// <summary>Sends bytes under one label.</summary>
    public void Send(string label, ReadOnlySpan<byte> bytes)
    {
        _proof.Write(bytes);
        Transcript.Absorb(label, bytes);
    }

    /// <summary>Finds and sends the smallest nonce.</summary>
    public void Grind(string label, int bits)
    {
        ulong nonce = 0;
        while (!Transcript.IsGround(label, nonce, bits))
        {
            nonce++;
        }

        SendNonce(label, nonce);
    }

    /// <summary>Sends a nonce that was found elsewhere.</summary>
    public void SendNonce(string label, ulong nonce)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, nonce);
        Send(label, bytes);
    }

    /// <summary>Sends words of an opening, after the last draw: they aren't absorbed.</summary>
    public void SendOpening(ReadOnlySpan<uint> symbols)
    {
        foreach (uint symbol in symbols)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_proof.GetSpan(4), symbol);
            _proof.Advance(4);
        }
    }

    /// <summary>Sends digests of an opening, after the last draw: they aren't absorbed.</summary>
    public void SendOpening(ReadOnlySpan<byte> digests) => _proof.Write(digests);
}
