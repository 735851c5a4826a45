using System.Collections.Immutable;
using System.Globalization;

namespace Assay.Evm;

/// <summary>A type of Solidity's ABI: those that are needed here, which is all but signed numbers and function pointers.</summary>
public sealed class AbiType
{
    internal const int WordSize = 32;
    private const int MaxDepth = 8;
    private const int MaxFixedLength = 1024;

    private AbiType(AbiKind kind, int size, params ImmutableArray<AbiType> components)
    {
        (Kind, Size, Components) = (kind, size, components);
        IsDynamic = kind switch
        {
            AbiKind.Bytes or AbiKind.Text => true,
            AbiKind.Array => size < 0 || components[0].IsDynamic,
            _ => components.Any(component => component.IsDynamic),
        };
        HeadSize = IsDynamic ? WordSize : kind switch
        {
            AbiKind.Array => size * components[0].HeadSize,
            AbiKind.Tuple => components.Sum(component => component.HeadSize),
            _ => WordSize,
        };
    }

    /// <summary>What it is.</summary>
    public AbiKind Kind { get; }

    /// <summary>Bits, bytes or elements, by <see cref="Kind"/>; -1 for an array of any length, 0 where it says nothing.</summary>
    public int Size { get; }

    /// <summary>Types of members or elements.</summary>
    public ImmutableArray<AbiType> Components { get; }

    /// <summary>Whether it stands behind the others, with an offset in its place.</summary>
    internal bool IsDynamic { get; }

    /// <summary>Bytes that it takes among the others.</summary>
    internal int HeadSize { get; }

    /// <summary>Reads a type as signatures spell it: <c>uint256</c> (never <c>uint</c>), <c>(address,bytes)[2]</c>.</summary>
    /// <exception cref="FormatException">It isn't one.</exception>
    public static AbiType Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int position = 0;
        AbiType type = Parse(text, ref position, MaxDepth);
        return position == text.Length ? type : throw Wrong(text);
    }

    private static AbiType Parse(string text, ref int position, int depth)
    {
        AbiType type = depth == 0 ? throw Wrong(text)
            : position < text.Length && text[position] == '(' ? ParseTuple(text, ref position, depth) : ParseName(text, ref position);
        while (position < text.Length && text[position] == '[')
        {
            int end = text.IndexOf(']', position);
            string digits = end < 0 ? throw Wrong(text) : text[(position + 1)..end];
            type = new AbiType(AbiKind.Array, digits.Length == 0 ? -1 : Number(text, digits, 1, MaxFixedLength), type);
            position = end + 1;
        }

        return type;
    }

    private static AbiType ParseTuple(string text, ref int position, int depth)
    {
        ImmutableArray<AbiType>.Builder members = ImmutableArray.CreateBuilder<AbiType>();
        position++;
        while (position < text.Length && text[position] != ')')
        {
            if (members.Count > 0 && text[position++] != ',')
            {
                throw Wrong(text);
            }

            members.Add(Parse(text, ref position, depth - 1));
        }

        // An empty one is a function without arguments; as a member it would be nothing that can be repeated for free.
        return position++ < text.Length && (members.Count > 0 || depth == MaxDepth) ? new AbiType(AbiKind.Tuple, 0, members.ToImmutable()) : throw Wrong(text);
    }

    private static AbiType ParseName(string text, ref int position)
    {
        int end = position;
        while (end < text.Length && char.IsAsciiLetterOrDigit(text[end]))
        {
            end++;
        }

        string name = text[position..end];
        position = end;
        return name switch
        {
            "address" => new AbiType(AbiKind.Address, 0),
            "bool" => new AbiType(AbiKind.Bool, 0),
            "bytes" => new AbiType(AbiKind.Bytes, 0),
            "string" => new AbiType(AbiKind.Text, 0),
            _ when name.StartsWith("uint", StringComparison.Ordinal) && Number(text, name[4..], 8, 256) is int bits && bits % 8 == 0 => new AbiType(AbiKind.UInt, bits),
            _ when name.StartsWith("bytes", StringComparison.Ordinal) => new AbiType(AbiKind.FixedBytes, Number(text, name[5..], 1, WordSize)),
            _ => throw Wrong(text),
        };
    }

    private static int Number(string text, string digits, int least, int most) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most && digits[0] != '0' ? number : throw Wrong(text);

    private static FormatException Wrong(string text) => new($"'{text}' is no type of the ABI as signatures spell it.");
}
