using System.Globalization;
using System.Text;
using Assay.Primitives;

namespace Assay.Evm;

/// <summary>Messages that people sign (EIP-191, version 0x45: <c>personal_sign</c>).</summary>
public static class Eip191
{
    /// <summary>What is signed: keccak256 of <c>\x19Ethereum Signed Message:\n</c>, the length in decimal, and the message.</summary>
    public static Digest32 Digest(ReadOnlySpan<byte> message) =>
        Keccak256.HashData([.. Encoding.ASCII.GetBytes("\x19" + "Ethereum Signed Message:\n" + message.Length.ToString(CultureInfo.InvariantCulture)), .. message]);

    /// <summary>As <see cref="Digest(ReadOnlySpan{byte})"/>, of a text's UTF-8.</summary>
    public static Digest32 Digest(string message) => Digest(Encoding.UTF8.GetBytes(message));
}
