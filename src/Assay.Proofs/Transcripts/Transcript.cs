using System.Buffers.Binary;
using System.Text;
using Assay.Proofs.Fields;
using Assay.Proofs.Hashing;

namespace Assay.Proofs.Transcripts;

/// <summary>The state from which challenges are drawn (spec/proof-system.md, section 2). Only the channels write to it.</summary>
public sealed class Transcript
{
    private const byte AbsorbTag = 1;
    private const byte DrawTag = 2;
    private const byte DrawnTag = 3;
    private const byte GrindTag = 4;

    private readonly byte[] _state = Blake3.Hash("assay/proof/v1"u8);
    private byte[] _scratch = new byte[256];

    /// <summary>Makes everything drawn later depend on this.</summary>
    /// <param name="label">ASCII, at most 64 characters.</param>
    public void Absorb(string label, ReadOnlySpan<byte> data)
    {
        int head = Head(AbsorbTag, label, 8 + data.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(_scratch.AsSpan(head), (ulong)data.Length);
        data.CopyTo(_scratch.AsSpan(head + 8));
        Blake3.Hash(_scratch.AsSpan(0, head + 8 + data.Length), _state);
    }

    /// <summary>Draws elements of F, uniform; with none, nothing happens.</summary>
    public Ext4[] Draw(string label, int count)
    {
        Ext4[] elements = new Ext4[count];
        if (count == 0)
        {
            return elements;
        }

        WordStream words = new(this, label, stackalloc byte[Blake3.DigestBytes]);
        for (int i = 0; i < count; i++)
        {
            elements[i] = words.NextElement();
        }

        Advance(label);
        return elements;
    }

    /// <summary>Draws one element of F.</summary>
    public Ext4 Draw(string label)
    {
        WordStream words = new(this, label, stackalloc byte[Blake3.DigestBytes]);
        Ext4 element = words.NextElement();
        Advance(label);
        return element;
    }

    /// <summary>Draws distinct positions, ascending.</summary>
    /// <param name="size">A power of two.</param>
    /// <param name="count">At most the size.</param>
    public int[] Positions(string label, int size, int count)
    {
        HashSet<int> chosen = new(count);
        WordStream words = new(this, label, stackalloc byte[Blake3.DigestBytes]);
        while (chosen.Count < count)
        {
            chosen.Add((int)(words.Next() & 0x7fffffff & (uint)(size - 1)));
        }

        Advance(label);
        int[] positions = [.. chosen];
        Array.Sort(positions);
        return positions;
    }

    /// <summary>Whether a nonce is ground to so many bits.</summary>
    public bool IsGround(string label, ulong nonce, int bits)
    {
        if (bits == 0)
        {
            return nonce == 0;
        }

        byte[] message = GrindingMessage(label);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(message.Length - sizeof(ulong)), nonce);
        Span<byte> digest = stackalloc byte[Blake3.DigestBytes];
        Blake3.Hash(message, digest);
        return (BinaryPrimitives.ReadUInt32LittleEndian(digest) & ((1u << bits) - 1)) == 0;
    }

    /// <summary>What is hashed when a nonce is looked for; its last 8 bytes are the nonce, here 0.</summary>
    public byte[] GrindingMessage(string label)
    {
        int head = Head(GrindTag, label, sizeof(ulong));
        byte[] message = _scratch[..(head + sizeof(ulong))];
        message.AsSpan(head).Clear();
        return message;
    }

    private void Advance(string label) => Blake3.Hash(_scratch.AsSpan(0, Head(DrawnTag, label, 0)), _state);

    /// <summary>Writes state, tag and label to the scratch, with room behind them.</summary>
    /// <returns>Bytes written.</returns>
    private int Head(byte tag, string label, int room)
    {
        int needed = _state.Length + 2 + label.Length + room;
        if (_scratch.Length < needed)
        {
            _scratch = new byte[needed];
        }

        _state.CopyTo(_scratch, 0);
        _scratch[_state.Length] = tag;
        _scratch[_state.Length + 1] = (byte)label.Length;
        Encoding.ASCII.GetBytes(label, _scratch.AsSpan(_state.Length + 2));
        return _state.Length + 2 + label.Length;
    }

    private ref struct WordStream(Transcript owner, string label, Span<byte> block)
    {
        private readonly Span<byte> _block = block;
        private uint _counter;
        private int _at = Blake3.DigestBytes;

        public uint Next()
        {
            if (_at == _block.Length)
            {
                int head = owner.Head(DrawTag, label, 4);
                BinaryPrimitives.WriteUInt32LittleEndian(owner._scratch.AsSpan(head), _counter++);
                Blake3.Hash(owner._scratch.AsSpan(0, head + 4), _block);
                _at = 0;
            }

            uint word = BinaryPrimitives.ReadUInt32LittleEndian(_block[_at..]);
            _at += 4;
            return word;
        }

        public Ext4 NextElement() => new(NextResidue(), NextResidue(), NextResidue(), NextResidue());

        private uint NextResidue()
        {
            uint word;
            do
            {
                word = Next() & 0x7fffffff;
            }
            while (word >= KoalaBear.P);
            return word;
        }
    }
}
