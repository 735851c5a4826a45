using System.Diagnostics.CodeAnalysis;
using System.Text;
using Assay.Primitives;

namespace Assay.Evm;

/// <summary>A contract's function, by its signature.</summary>
public sealed class AbiFunction
{
    private const int SelectorSize = 4;

    private readonly byte[] _selector;

    /// <summary>A function.</summary>
    /// <param name="signature">As it is hashed: <c>transfer(address,uint256)</c>.</param>
    /// <param name="results">The types of its results in parentheses: <c>(bool)</c>.</param>
    /// <exception cref="FormatException">One of them isn't that.</exception>
    public AbiFunction(string signature, string results)
    {
        ArgumentNullException.ThrowIfNull(signature);
        int open = signature.IndexOf('(', StringComparison.Ordinal);
        if (open < 1)
        {
            throw new FormatException($"'{signature}' is no signature.");
        }

        (Signature, Arguments, Results) = (signature, AbiType.Parse(signature[open..]), AbiType.Parse(results));
        _selector = Keccak256.HashData(Encoding.ASCII.GetBytes(signature)).Bytes[..SelectorSize].ToArray();
    }

    /// <summary>Name and types of the arguments.</summary>
    public string Signature { get; }

    /// <summary>The tuple of the arguments.</summary>
    public AbiType Arguments { get; }

    /// <summary>The tuple of the results.</summary>
    public AbiType Results { get; }

    /// <summary>The first 4 bytes of the signature's hash.</summary>
    public ReadOnlyMemory<byte> Selector => _selector;

    /// <summary>Call data.</summary>
    /// <exception cref="ArgumentException">The arguments aren't of these types.</exception>
    public byte[] Encode(params ReadOnlySpan<AbiValue> arguments) => [.. _selector, .. Abi.Encode(Arguments, AbiValue.List(arguments))];

    /// <summary>Whether call data is for this function, and nothing else; its arguments then.</summary>
    public bool TryDecodeCall(ReadOnlySpan<byte> data, [NotNullWhen(true)] out AbiValue? arguments)
    {
        arguments = null;
        return data.StartsWith(_selector) && Abi.TryDecode(Arguments, data[SelectorSize..], out arguments);
    }

    /// <summary>Reads what a call gave.</summary>
    public bool TryDecodeResults(ReadOnlySpan<byte> data, [NotNullWhen(true)] out AbiValue? results) => Abi.TryDecode(Results, data, out results);
}
