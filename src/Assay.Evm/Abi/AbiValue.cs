using System.Collections.Immutable;
using System.Numerics;
using Assay.Primitives;

namespace Assay.Evm;

/// <summary>A value that goes into a contract's call or comes out of one. Which type it fits is said where it is encoded, or was decoded.</summary>
public sealed class AbiValue
{
    private readonly object _value;

    private AbiValue(object value) => _value = value;

    /// <summary>The address.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public EvmAddress Address => Get<EvmAddress>();

    /// <summary>The number.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public BigInteger Number => Get<BigInteger>();

    /// <summary>The boolean.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public bool Flag => Get<bool>();

    /// <summary>The bytes, of fixed number or not.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public ReadOnlyMemory<byte> Bytes => Get<ReadOnlyMemory<byte>>();

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public string Text => Get<string>();

    /// <summary>The members of a tuple, or the elements of an array.</summary>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public ImmutableArray<AbiValue> Items => Get<ImmutableArray<AbiValue>>();

    /// <summary>An <c>address</c>.</summary>
    public static implicit operator AbiValue(EvmAddress address) => new(address);

    /// <summary>A <c>uintN</c>.</summary>
    public static implicit operator AbiValue(BigInteger number) => new(number);

    /// <summary>A <c>uintN</c>.</summary>
    public static implicit operator AbiValue(ulong number) => new((BigInteger)number);

    /// <summary>A <c>bool</c>.</summary>
    public static implicit operator AbiValue(bool flag) => new(flag);

    /// <summary>A <c>string</c>.</summary>
    public static implicit operator AbiValue(string text) => new(text);

    /// <summary>A <c>bytes32</c>.</summary>
    public static implicit operator AbiValue(Digest32 word) => new(new ReadOnlyMemory<byte>(word.ToArray()));

    /// <summary><c>bytes</c> or <c>bytesN</c>.</summary>
    public static implicit operator AbiValue(byte[] bytes) => new(new ReadOnlyMemory<byte>(bytes));

    /// <summary><c>bytes</c> or <c>bytesN</c>.</summary>
    public static implicit operator AbiValue(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>A tuple, or an array.</summary>
    public static AbiValue List(params ReadOnlySpan<AbiValue> items) => new(items.ToImmutableArray());

    /// <summary>For people: text and structure, bytes in digits.</summary>
    public override string ToString() => _value switch
    {
        ReadOnlyMemory<byte> bytes => "0x" + Convert.ToHexStringLower(bytes.Span),
        ImmutableArray<AbiValue> items => $"({string.Join(", ", items)})",
        _ => _value.ToString() ?? "",
    };

    private T Get<T>() => _value is T value ? value : throw new InvalidOperationException($"The value is a {_value.GetType().Name}, not a {typeof(T).Name}.");
}
