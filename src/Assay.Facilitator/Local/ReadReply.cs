using System.Numerics;
using Assay.Evm;

namespace Assay.Facilitator;

/// <summary>What a contract said when it was asked.</summary>
/// <param name="IsUnavailable">Nobody could be asked.</param>
/// <param name="Value">What it said; null: nothing that can be read, as contracts do that lack the function.</param>
internal readonly record struct ReadReply(bool IsUnavailable, AbiValue? Value)
{
    /// <summary>Whether it is a number below another.</summary>
    public bool IsBelow(BigInteger number) => Value is not null && Value.Number < number;

    /// <summary>Whether it is another text.</summary>
    public bool Differs(string text) => Value is not null && Value.Text != text;
}
