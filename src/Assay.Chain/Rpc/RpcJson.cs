using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Assay.Evm;
using Assay.Primitives;

namespace Assay.Chain;

/// <summary>Values as Ethereum's JSON-RPC spells them. Readers give null for anything else.</summary>
internal static class RpcJson
{
    private const int MaxTopics = 4;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>QUANTITY: digits without leading zero, at most 256 bits.</summary>
    public static BigInteger? Number(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String || element.GetString() is not { Length: >= 3 and <= 66 } text || !text.StartsWith("0x", StringComparison.Ordinal)
            || (text[2] == '0' && text.Length > 3) || text.AsSpan(2).ContainsAnyExcept(Digits))
        {
            return null;
        }

        return BigInteger.Parse("0" + text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>QUANTITY of at most 64 bits.</summary>
    public static ulong? Small(JsonElement element) => Number(element) is { } number && number <= ulong.MaxValue ? (ulong)number : null;

    /// <summary>DATA of any length.</summary>
    public static ReadOnlyMemory<byte>? Bytes(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String || element.GetString() is not { } text || !text.StartsWith("0x", StringComparison.Ordinal) || text.Length % 2 != 0)
        {
            return null;
        }

        byte[] bytes = new byte[(text.Length / 2) - 1];
        return Convert.FromHexString(text.AsSpan(2), bytes, out _, out _) == OperationStatus.Done ? bytes : null;
    }

    /// <summary>DATA of 32 bytes.</summary>
    public static Digest32? Word(JsonElement element) => Bytes(element) is { } bytes && Digest32.TryFrom(bytes.Span, out Digest32 word) ? word : null;

    /// <summary>DATA of 20 bytes; capitals aren't checked.</summary>
    public static EvmAddress? Address(JsonElement element) => Bytes(element) is { } bytes && EvmAddress.TryFrom(bytes.Span, out EvmAddress address) ? address : null;

    /// <summary>An event of a receipt or a search.</summary>
    public static ChainLog? Log(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || Member(element, "address", Address) is not { } contract || Member(element, "data", Bytes) is not { } data
            || !element.TryGetProperty("topics", out JsonElement topics) || topics.ValueKind != JsonValueKind.Array || topics.GetArrayLength() > MaxTopics
            || (element.TryGetProperty("removed", out JsonElement removed) && removed.ValueKind != JsonValueKind.False))
        {
            return null;
        }

        ImmutableArray<Digest32>.Builder words = ImmutableArray.CreateBuilder<Digest32>();
        foreach (JsonElement topic in topics.EnumerateArray())
        {
            if (Word(topic) is not { } word)
            {
                return null;
            }

            words.Add(word);
        }

        return new ChainLog(contract, words.ToImmutable(), data);
    }

    /// <summary>A member that must be there.</summary>
    public static T? Member<T>(JsonElement element, string name, Func<JsonElement, T?> read)
        where T : struct => element.TryGetProperty(name, out JsonElement member) ? read(member) : null;

    /// <summary>QUANTITY.</summary>
    public static string Text(BigInteger number)
    {
        string digits = number.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        return "0x" + (digits.Length == 0 ? "0" : digits);
    }

    /// <summary>DATA.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => "0x" + Convert.ToHexStringLower(bytes);
}
