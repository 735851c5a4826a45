using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using Assay.Primitives;

namespace Assay.Evm;

/// <summary>Whole numbers of 256 bits (Solidity's uint256): spelling in decimal, and as a word.</summary>
public static class EvmAmount
{
    /// <summary>2^256 - 1.</summary>
    public static BigInteger Max { get; } = (BigInteger.One << 256) - 1;

    /// <summary>Reads decimal digits without sign, space or leading zero, below 2^256.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BigInteger amount)
    {
        amount = default;
        return text is { Length: >= 1 and <= 78 } && !text.AsSpan().ContainsAnyExceptInRange('0', '9') && (text.Length == 1 || text[0] != '0')
            && BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out amount) && amount <= Max;
    }

    /// <summary>Decimal digits.</summary>
    public static string Text(BigInteger amount) => amount.ToString(CultureInfo.InvariantCulture);

    /// <summary>32 bytes, big-endian.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or 2^256 or more.</exception>
    public static Digest32 Word(BigInteger amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount, Max);
        Span<byte> word = stackalloc byte[Digest32.Size];
        word.Clear();
        amount.TryWriteBytes(word[(Digest32.Size - amount.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true);
        return Digest32.From(word);
    }

    /// <summary>The number that a word is.</summary>
    public static BigInteger FromWord(in Digest32 word) => new(word.Bytes, isUnsigned: true, isBigEndian: true);
}
