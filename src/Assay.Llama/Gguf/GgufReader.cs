using System.Buffers.Binary;
using System.Text;

namespace Assay.Llama;

/// <summary>
/// Reads the beginning of a GGUF file (version 2 or 3, little-endian) strictly, before llama.cpp sees it: counts, lengths, types, UTF-8, keys and
/// names that are there once, and tensors that lie within the file. Bounded; nothing is allocated by a number that the bytes don't bear out.
/// </summary>
internal ref struct GgufReader
{
    /// <summary>Most bytes before the tensors' data: vocabularies have some 10 MB.</summary>
    internal const int MaxBytes = 256 << 20;

    private const int MaxKeys = 65_536, MaxTensors = 1 << 20, MaxName = 65_535, MaxDimensions = 4;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    // Bytes of a value of each type; 8 is a text, 9 an array.
    private static readonly int[] Widths = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly long _fileLength;
    private int _at;
    private string? _wrong;

    private GgufReader(ReadOnlyMemory<byte> bytes, long fileLength) => (_bytes, _fileLength) = (bytes, fileLength);

    /// <summary>Reads a header; null with the reason, which is empty where more bytes are needed.</summary>
    /// <param name="start">The file's first bytes; the result keeps views of them.</param>
    /// <param name="fileLength">The file's length.</param>
    /// <param name="wrong">What is wrong; empty: <paramref name="start"/> ends too early.</param>
    internal static GgufHeader? TryRead(ReadOnlyMemory<byte> start, long fileLength, out string? wrong)
    {
        GgufReader reader = new(start, fileLength);
        GgufHeader? header = reader.Header();
        wrong = reader._wrong;
        return wrong is null ? header : null;
    }

    /// <summary>Reads the header of a file.</summary>
    /// <exception cref="LlamaException">It isn't one.</exception>
    internal static GgufHeader Read(Stream file)
    {
        long length = file.Length;
        for (long size = Math.Min(length, 1 << 20); ; size = Math.Min(Math.Min(length, MaxBytes), size * 4))
        {
            byte[] start = new byte[size];
            file.Position = 0;
            file.ReadExactly(start);
            if (TryRead(start, length, out string? wrong) is { } header)
            {
                return header;
            }

            if (wrong!.Length > 0 || size == length || size == MaxBytes)
            {
                throw new LlamaException(LlamaErrors.Gguf, wrong.Length > 0 ? $"The file isn't a GGUF file that this version takes: {wrong}." : "The GGUF file ends too early, or has more than 256 MB before its tensors.", "Give a whole GGUF file (version 2 or 3) of one part.");
            }
        }
    }

    private GgufHeader? Header()
    {
        if (Take(4) is not { } magic)
        {
            return null;
        }

        if (!magic.Span.SequenceEqual("GGUF"u8))
        {
            _wrong = "it doesn't begin with GGUF";
            return null;
        }

        uint version = U32();
        ulong tensors = U64(), keys = U64();
        if (_wrong is null && (version is not (2 or 3) || tensors > MaxTensors || keys > MaxKeys))
        {
            _wrong = version is 2 or 3 ? "it claims more tensors or keys than it may have" : "its version isn't 2 or 3";
        }

        Dictionary<string, GgufValue> values = new(StringComparer.Ordinal);
        for (ulong i = 0; i < keys && _wrong is null; i++)
        {
            string key = Name();
            GgufValue? value = Value();
            if (_wrong is null && !values.TryAdd(key, value!))
            {
                _wrong = $"the key '{Shown(key)}' is there twice";
            }
        }

        Tensors(tensors, values);
        _wrong ??= VocabularyFault(values);
        return _wrong is not null ? null : new GgufHeader { Values = values, Tensors = (int)tensors };
    }

    // Data follow at the next multiple of the alignment; how long a tensor is depends on its type, which llama.cpp checks; that it begins within the file is checked here.
    private void Tensors(ulong count, Dictionary<string, GgufValue> values)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        ulong last = 0;
        for (ulong i = 0; i < count && _wrong is null; i++)
        {
            string name = Name();
            uint dimensions = U32();
            if (_wrong is null && (dimensions is 0 or > MaxDimensions || !names.Add(name)))
            {
                _wrong = $"the tensor '{Shown(name)}' is there twice, or has {dimensions} dimensions";
            }

            ulong elements = 1;
            for (uint d = 0; d < dimensions && _wrong is null; d++)
            {
                ulong size = U64();
                if (_wrong is null && (size == 0 || size > long.MaxValue / elements))
                {
                    _wrong = $"the tensor '{Shown(name)}' has an impossible size";
                }

                elements *= Math.Max(size, 1);
            }

            U32();
            last = Math.Max(last, U64());
        }

        ulong alignment = values.GetValueOrDefault("general.alignment")?.Whole ?? 32;
        if (_wrong is null && (alignment is 0 or > 65_536 || !ulong.IsPow2(alignment) || (count > 0 && last >= (ulong)_fileLength)))
        {
            _wrong = "its tensors don't lie within the file, or their alignment isn't a power of two";
        }
    }

    // What llama.cpp takes for granted: it ends the process, or reads past an array's end, where it isn't so.
    private static string? VocabularyFault(Dictionary<string, GgufValue> values)
    {
        if (!values.TryGetValue("tokenizer.ggml.tokens", out GgufValue? tokens))
        {
            return null;
        }

        if (tokens.Elements is not { Type: 8 } texts)
        {
            return "its tokens are no texts";
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        ReadOnlySpan<byte> left = tokens.Raw.Span[16..];
        for (int i = 0; i < texts.Count; i++)
        {
            int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(left);
            if (!seen.Add(Encoding.Latin1.GetString(left.Slice(8, length))))
            {
                return "a token is there twice";
            }

            left = left[(8 + length)..];
        }

        foreach ((string key, int type) in new[] { ("tokenizer.ggml.scores", 6), ("tokenizer.ggml.token_type", 5) })
        {
            if (values.TryGetValue(key, out GgufValue? value) && (value.Elements is not { } elements || elements.Count != texts.Count || (elements.Type != type && (type, elements.Type) != (5, 4))))
            {
                return $"'{key}' hasn't one number for each token";
            }
        }

        return values.TryGetValue("tokenizer.ggml.merges", out GgufValue? merges) && merges.Elements is not { Type: 8 } ? "its merges are no texts" : null;
    }

    private GgufValue? Value()
    {
        int start = _at;
        uint type = U32();
        string? text = type == 8 ? Text() : null;
        ulong? whole = null;
        (int Type, int Count)? elements = null;
        if (type == 9)
        {
            elements = Array();
        }
        else if (type > 12)
        {
            _wrong ??= $"a value has the type {type}";
        }
        else if (type != 8 && Take(Widths[type]) is { } number)
        {
            whole = WholeOf(type, number.Span);
        }

        return _wrong is null ? new GgufValue(_bytes[start.._at]) { Text = text, Whole = whole, Elements = elements } : null;
    }

    private static ulong? WholeOf(uint type, ReadOnlySpan<byte> bytes) => type switch
    {
        0 or 7 => bytes[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        4 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        10 => BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        1 when (sbyte)bytes[0] >= 0 => bytes[0],
        3 when BinaryPrimitives.ReadInt16LittleEndian(bytes) is >= 0 and var value => (ulong)value,
        5 when BinaryPrimitives.ReadInt32LittleEndian(bytes) is >= 0 and var value => (ulong)value,
        11 when BinaryPrimitives.ReadInt64LittleEndian(bytes) is >= 0 and var value => (ulong)value,
        _ => null,
    };

    private (int Type, int Count) Array()
    {
        uint type = U32();
        ulong count = U64();
        if (_wrong is not null)
        {
            return default;
        }

        // Nothing in use nests arrays.
        if (type is 9 or > 12 || count > MaxBytes)
        {
            _wrong = "an array has elements of no known type, or too many";
        }
        else if (type == 8)
        {
            for (ulong i = 0; i < count && _wrong is null; i++)
            {
                // Tokens are bytes as their tokenizer spells them, not all UTF-8.
                Take(U64());
            }
        }
        else
        {
            Take(count * (ulong)Widths[type]);
        }

        return _wrong is null ? ((int)type, (int)count) : default;
    }

    private string Name()
    {
        string name = Text();
        if (_wrong is null && (name.Length is 0 or > MaxName || name.Contains('\0')))
        {
            _wrong = "a key or name is empty, too long, or has a zero in it";
        }

        return name;
    }

    private string Text()
    {
        if (Take(U64()) is not { } bytes)
        {
            return "";
        }

        try
        {
            return Strict.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            _wrong ??= "a text isn't UTF-8";
            return "";
        }
    }

    private uint U32() => Take(4) is { } bytes ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span) : 0;

    private ulong U64() => Take(8) is { } bytes ? BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span) : 0;

    private ReadOnlyMemory<byte>? Take(ulong length)
    {
        if (_wrong is not null)
        {
            return null;
        }

        if (length > (ulong)(_bytes.Length - _at))
        {
            // Beyond the whole file it can't ever be there.
            _wrong = length > (ulong)(_fileLength - _at) ? "it ends too early" : "";
            return null;
        }

        ReadOnlyMemory<byte> taken = _bytes.Slice(_at, (int)length);
        _at += (int)length;
        return taken;
    }

    private ReadOnlyMemory<byte>? Take(int length) => Take((ulong)length);

    private static string Shown(string name) => name.Length <= 60 ? name : name[..60] + "...";
}
