using System.Collections.Immutable;

namespace Assay.Models.Data;

/// <summary>The dictionary at the start of a .npy file.</summary>
internal ref struct NpyHeader(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public NpyType Type { get; private set; }

    public ImmutableArray<int> Shape { get; private set; }

    /// <summary>Null, or one of <see cref="NpyErrors"/>.</summary>
    public string? Parse()
    {
        if (!Take((byte)'{'))
        {
            return NpyErrors.Header;
        }

        int seen = 0;
        while (!Take((byte)'}'))
        {
            ReadOnlySpan<byte> key = Quoted();
            int field = key.SequenceEqual("descr"u8) ? 1 : key.SequenceEqual("fortran_order"u8) ? 2 : key.SequenceEqual("shape"u8) ? 4 : 0;
            if (!Take((byte)':') || (seen & field) != 0)
            {
                return NpyErrors.Header;
            }

            string? error = field switch { 1 => ReadType(), 2 => ReadOrder(), 4 => ReadShape(), _ => NpyErrors.Header };
            if (error is not null)
            {
                return error;
            }

            seen |= field;
            if (!Take((byte)',') && (_rest.IsEmpty || _rest[0] != '}'))
            {
                return NpyErrors.Header;
            }
        }

        return seen == 7 && _rest.IsEmpty ? null : NpyErrors.Header;
    }

    private string? ReadType()
    {
        ReadOnlySpan<byte> text = Quoted();
        int type = text.SequenceEqual("<f4"u8) ? (int)NpyType.Float32
            : text.SequenceEqual("<f8"u8) ? (int)NpyType.Float64
            : text.SequenceEqual("|u1"u8) ? (int)NpyType.UInt8
            : text.SequenceEqual("<i4"u8) ? (int)NpyType.Int32
            : text.SequenceEqual("<i8"u8) ? (int)NpyType.Int64
            : -1;
        Type = (NpyType)type;
        return type < 0 ? NpyErrors.ElementType : null;
    }

    private string? ReadOrder() => Word("False"u8) ? null : Word("True"u8) ? NpyErrors.Order : NpyErrors.Header;

    private string? ReadShape()
    {
        if (!Take((byte)'('))
        {
            return NpyErrors.Header;
        }

        ImmutableArray<int>.Builder shape = ImmutableArray.CreateBuilder<int>();
        while (!Take((byte)')'))
        {
            long value = 0;
            int digits = 0;
            while (!_rest.IsEmpty && _rest[0] is >= (byte)'0' and <= (byte)'9' && digits++ < 10)
            {
                value = value * 10 + (_rest[0] - '0');
                _rest = _rest[1..];
            }

            if (digits == 0 || value is < 1 or > int.MaxValue || shape.Count == 8)
            {
                return NpyErrors.Shape;
            }

            shape.Add((int)value);
            if (!Take((byte)',') && (_rest.IsEmpty || _rest[0] != ')'))
            {
                return NpyErrors.Shape;
            }
        }

        Shape = shape.ToImmutable();
        return shape.Count == 0 ? NpyErrors.Shape : null;
    }

    /// <summary>Takes one character and the white space around it.</summary>
    private bool Take(byte expected)
    {
        _rest = _rest.TrimStart(" \n"u8);
        if (_rest.IsEmpty || _rest[0] != expected)
        {
            return false;
        }

        _rest = _rest[1..].TrimStart(" \n"u8);
        return true;
    }

    private bool Word(ReadOnlySpan<byte> word)
    {
        bool found = _rest.StartsWith(word);
        _rest = found ? _rest[word.Length..] : _rest;
        return found;
    }

    private ReadOnlySpan<byte> Quoted()
    {
        int end = _rest.IsEmpty || _rest[0] is not ((byte)'\'' or (byte)'"') ? -1 : _rest[1..].IndexOf(_rest[0]);
        if (end < 0)
        {
            return default;
        }

        ReadOnlySpan<byte> text = _rest.Slice(1, end);
        _rest = _rest[(end + 2)..];
        return text;
    }
}
