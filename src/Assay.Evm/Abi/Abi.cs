using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Unicode;

namespace Assay.Evm;

/// <summary>
/// Encoding of Solidity's contract ABI (its specification, "Formal Specification of the Encoding"). What is decoded must be exactly what
/// encoding gives: no gaps, no padding but zeros, tails in order and nothing behind them. So one encoding can't be large by pointing often to the same bytes.
/// </summary>
public static class Abi
{
    private const int WordSize = AbiType.WordSize;

    private static readonly AbiFunction Error = new("Error(string)", "()");
    private static readonly AbiFunction Panic = new("Panic(uint256)", "()");

    /// <summary>Encodes a value, without offset before it.</summary>
    /// <exception cref="ArgumentException">It isn't of this type, or doesn't fit.</exception>
    public static byte[] Encode(AbiType type, AbiValue value)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(value);
        try
        {
            return type.Kind switch
            {
                AbiKind.Tuple => Sequence(type.Components, value.Items),
                AbiKind.Array when type.Size < 0 => [.. EvmAmount.Word(value.Items.Length).Bytes, .. Sequence(Repeat(type, value.Items.Length), value.Items)],
                AbiKind.Array => Sequence(Repeat(type, type.Size), value.Items),
                AbiKind.Bytes => Tail(value.Bytes.Span),
                AbiKind.Text => Tail(new UTF8Encoding(false, true).GetBytes(value.Text)),
                AbiKind.FixedBytes when value.Bytes.Length == type.Size => [.. value.Bytes.Span, .. new byte[WordSize - type.Size]],
                AbiKind.Address => Eip712.Word(value.Address).ToArray(),
                AbiKind.Bool => EvmAmount.Word(value.Flag ? 1 : 0).ToArray(),
                AbiKind.UInt when value.Number >> type.Size == 0 => EvmAmount.Word(value.Number).ToArray(),
                _ => throw new ArgumentException("The value doesn't fit its type.", nameof(value)),
            };
        }
        catch (InvalidOperationException e)
        {
            throw new ArgumentException(e.Message, nameof(value));
        }
    }

    /// <summary>Decodes exactly what <see cref="Encode"/> gives for a value of the type; false for anything else. Linear in time and memory; never throws for what the bytes are.</summary>
    public static bool TryDecode(AbiType type, ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out AbiValue? value)
    {
        ArgumentNullException.ThrowIfNull(type);
        value = Read(type, bytes, out int length);
        value = length == bytes.Length ? value : null;
        return value is not null;
    }

    /// <summary>What a contract said as it reverted: the text of <c>Error(string)</c>, or <c>Panic(uint256)</c>'s number; false for a custom error or none.</summary>
    public static bool TryReadRevert(ReadOnlySpan<byte> bytes, out string reason)
    {
        reason = "";
        if (Error.TryDecodeCall(bytes, out AbiValue? arguments))
        {
            reason = arguments.Items[0].Text;
        }
        else if (Panic.TryDecodeCall(bytes, out arguments))
        {
            reason = $"panic 0x{arguments.Items[0].Number.ToString("x2", CultureInfo.InvariantCulture)}";
        }

        return arguments is not null;
    }

    private static IEnumerable<AbiType> Repeat(AbiType array, int count) => Enumerable.Repeat(array.Components[0], count);

    private static byte[] Sequence(IEnumerable<AbiType> types, ImmutableArray<AbiValue> values)
    {
        AbiType[] all = [.. types];
        if (all.Length != values.Length)
        {
            throw new ArgumentException($"{all.Length} values are needed, and there are {values.Length}.", nameof(values));
        }

        List<byte> heads = [], tails = [];
        int size = all.Sum(type => type.HeadSize);
        for (int i = 0; i < all.Length; i++)
        {
            byte[] encoded = Encode(all[i], values[i]);
            if (all[i].IsDynamic)
            {
                heads.AddRange(EvmAmount.Word(size + tails.Count).Bytes);
                tails.AddRange(encoded);
            }
            else
            {
                heads.AddRange(encoded);
            }
        }

        return [.. heads, .. tails];
    }

    private static byte[] Tail(ReadOnlySpan<byte> bytes) => [.. EvmAmount.Word(bytes.Length).Bytes, .. bytes, .. new byte[Padded(bytes.Length) - bytes.Length]];

    private static int Padded(int length) => (length + WordSize - 1) / WordSize * WordSize;

    /// <summary>A value at the start of the bytes, and how many it takes; null if there is none.</summary>
    private static AbiValue? Read(AbiType type, ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (type.Kind == AbiKind.Tuple)
        {
            return ReadSequence(type.Components.AsSpan(), type.Components.Length, bytes, out length);
        }

        if (type.Kind == AbiKind.Array && type.Size >= 0)
        {
            return ReadSequence(type.Components.AsSpan(), type.Size, bytes, out length);
        }

        if (bytes.Length < WordSize)
        {
            return null;
        }

        ReadOnlySpan<byte> word = bytes[..WordSize];
        length = WordSize;
        switch (type.Kind)
        {
            case AbiKind.UInt:
                return word[..(WordSize - (type.Size / 8))].ContainsAnyExcept((byte)0) ? null : new BigInteger(word, isUnsigned: true, isBigEndian: true);
            case AbiKind.Address:
                return word[..^EvmAddress.Size].ContainsAnyExcept((byte)0) ? null : EvmAddress.From(word[^EvmAddress.Size..]);
            case AbiKind.Bool:
                return word[..^1].ContainsAnyExcept((byte)0) || word[^1] > 1 ? null : word[^1] == 1;
            case AbiKind.FixedBytes:
                return word[type.Size..].ContainsAnyExcept((byte)0) ? null : (AbiValue)word[..type.Size].ToArray();
        }

        if (!TryReadLength(word, bytes.Length - WordSize, out int count))
        {
            return null;
        }

        ReadOnlySpan<byte> rest = bytes[WordSize..];
        if (type.Kind == AbiKind.Array)
        {
            AbiValue? array = ReadSequence(type.Components.AsSpan(), count, rest, out int taken);
            length += taken;
            return array;
        }

        if (Padded(count) > rest.Length || rest[count..Padded(count)].ContainsAnyExcept((byte)0))
        {
            return null;
        }

        length += Padded(count);
        if (type.Kind == AbiKind.Bytes)
        {
            return rest[..count].ToArray();
        }

        return Utf8.IsValid(rest[..count]) ? (AbiValue)Encoding.UTF8.GetString(rest[..count]) : null;
    }

    /// <summary>Members, or elements which are all of the one type.</summary>
    private static AbiValue? ReadSequence(ReadOnlySpan<AbiType> types, int count, ReadOnlySpan<byte> bytes, out int length)
    {
        bool same = types.Length == 1;
        long heads = same ? (long)types[0].HeadSize * count : 0;
        foreach (AbiType type in same ? [] : types)
        {
            heads += type.HeadSize;
        }

        length = 0;
        if (heads > bytes.Length)
        {
            return null;
        }

        AbiValue[] values = new AbiValue[count];
        int head = 0, tail = (int)heads;
        for (int i = 0; i < count; i++)
        {
            AbiType type = types[same ? 0 : i];
            AbiValue? value;
            if (type.IsDynamic)
            {
                bool inOrder = TryReadLength(bytes.Slice(head, WordSize), bytes.Length, out int offset) && offset == tail;
                value = inOrder ? Read(type, bytes[tail..], out length) : null;
                tail += length;
            }
            else
            {
                value = Read(type, bytes[head..], out _);
            }

            if (value is null)
            {
                return null;
            }

            values[i] = value;
            head += type.HeadSize;
        }

        length = tail;
        return AbiValue.List(values);
    }

    private static bool TryReadLength(ReadOnlySpan<byte> word, int most, out int length)
    {
        length = BinaryPrimitives.ReadInt32BigEndian(word[^sizeof(int)..]);
        return !word[..^sizeof(int)].ContainsAnyExcept((byte)0) && length >= 0 && length <= most;
    }
}
