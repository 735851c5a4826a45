using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using Assay.Primitives;

namespace Assay.Evm;

/// <summary>An account's or a contract's address: 20 bytes, held inline. The default value is the zero address.</summary>
public readonly struct EvmAddress : IEquatable<EvmAddress>, IComparable<EvmAddress>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 20;

    private readonly Storage _bytes;

    private EvmAddress(ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes);

    /// <summary>The 20 bytes, as a view of this value.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Copies 20 bytes; false for any other length.</summary>
    public static bool TryFrom(ReadOnlySpan<byte> bytes, out EvmAddress address)
    {
        address = bytes.Length == Size ? new EvmAddress(bytes) : default;
        return bytes.Length == Size;
    }

    /// <summary>Copies 20 bytes.</summary>
    /// <exception cref="ArgumentException">The length isn't 20.</exception>
    public static EvmAddress From(ReadOnlySpan<byte> bytes) =>
        TryFrom(bytes, out EvmAddress address) ? address : throw new ArgumentException("An address has 20 bytes.", nameof(bytes));

    /// <summary>Reads <c>0x</c> and 40 digits. All lower or all upper case, or with exactly EIP-55's capitals: a mistyped mixed-case address is refused.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EvmAddress address)
    {
        Span<byte> bytes = stackalloc byte[Size];
        address = default;
        if (text.Length != 2 + (2 * Size) || text[0] != '0' || text[1] != 'x' || Convert.FromHexString(text[2..], bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        address = new EvmAddress(bytes);
        bool lower = text[2..].IndexOfAnyInRange('A', 'F') >= 0, upper = text[2..].IndexOfAnyInRange('a', 'f') >= 0;
        return !lower || !upper || text.SequenceEqual(address.ToString());
    }

    /// <summary>Lower case, with <c>0x</c>.</summary>
    public string ToLowerString() => "0x" + Convert.ToHexStringLower(Bytes);

    /// <summary>With the capitals of EIP-55, which make most typing errors visible.</summary>
    public override string ToString()
    {
        string digits = Convert.ToHexStringLower(Bytes);
        Digest32 hash = Keccak256.HashData(Encoding.ASCII.GetBytes(digits));
        return string.Create(2 + digits.Length, (digits, hash), static (text, state) =>
        {
            "0x".CopyTo(text);
            for (int i = 0; i < state.digits.Length; i++)
            {
                int nibble = (state.hash.Bytes[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 15;
                text[2 + i] = nibble >= 8 ? char.ToUpperInvariant(state.digits[i]) : state.digits[i];
            }
        });
    }

    /// <inheritdoc/>
    public bool Equals(EvmAddress other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is EvmAddress other && Equals(other);

    /// <inheritdoc/>
    public int CompareTo(EvmAddress other) => Bytes.SequenceCompareTo(other.Bytes);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode code = default;
        code.AddBytes(Bytes);
        return code.ToHashCode();
    }

    public static bool operator ==(EvmAddress left, EvmAddress right) => left.Equals(right);

    public static bool operator !=(EvmAddress left, EvmAddress right) => !left.Equals(right);

    public static bool operator <(EvmAddress left, EvmAddress right) => left.CompareTo(right) < 0;

    public static bool operator >(EvmAddress left, EvmAddress right) => left.CompareTo(right) > 0;

    public static bool operator <=(EvmAddress left, EvmAddress right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EvmAddress left, EvmAddress right) => left.CompareTo(right) >= 0;

    [InlineArray(Size)]
    private struct Storage
    {
        private byte _first;
    }
}
