namespace Assay.Receipts;

/// <summary>Error codes of <see cref="PolicyDocument.TryRead"/> (spec/levels.md, "Long form").</summary>
public static class PolicyErrors
{
    /// <summary>Longer than 16 KiB, as written or in canonical form.</summary>
    public const string TooLarge = "policy/too-large";

    /// <summary>Not UTF-8.</summary>
    public const string Utf8 = "policy/utf8";

    /// <summary>Not strict JSON, nested too deep, an object has a member name twice, or a text isn't well-formed Unicode.</summary>
    public const string Json = "policy/json";

    /// <summary>A member that this version doesn't know. Policies are closed: it could mean anything.</summary>
    public const string UnknownMember = "policy/unknown-member";

    /// <summary>A member that must be there isn't.</summary>
    public const string MissingMember = "policy/missing-member";

    /// <summary>Another JSON type than the member has.</summary>
    public const string Type = "policy/type";

    /// <summary>A number, duration, amount or count out of range, or not written as one.</summary>
    public const string Range = "policy/range";

    /// <summary>A text that isn't one of those the member may have.</summary>
    public const string Value = "policy/value";

    /// <summary>None of the six questions.</summary>
    public const string UnknownQuestion = "policy/unknown-question";

    /// <summary>None of the bases.</summary>
    public const string UnknownBasis = "policy/unknown-basis";

    /// <summary>A basis that can't answer this question.</summary>
    public const string BasisUnfit = "policy/basis-unfit";

    /// <summary>A parameter that means nothing for this question or these bases.</summary>
    public const string ParameterUnfit = "policy/parameter-unfit";

    /// <summary>The same basis, peer or requirement twice.</summary>
    public const string Repeated = "policy/repeated";

    /// <summary>Basis <c>operator</c> without <c>"accept":"asserted"</c>, or that with another basis, or for a question that the operator's word says nothing about.</summary>
    public const string Accept = "policy/accept";

    /// <summary>Member <c>level</c> names a level whose document this isn't.</summary>
    public const string LevelDiffers = "policy/level-differs";
}
