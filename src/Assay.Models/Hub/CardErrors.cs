namespace Assay.Models.Hub;

/// <summary>Stable codes of <see cref="ModelCard"/>.</summary>
public static class CardErrors
{
    /// <summary>Over 1 MiB.</summary>
    public const string TooLarge = "card/too-large";

    /// <summary>Not strict JSON with an object at the top; also a repeated member, more than 16 levels, or text that isn't Unicode.</summary>
    public const string Json = "card/json";

    /// <summary>A member that this version doesn't know.</summary>
    public const string Member = "card/member";

    /// <summary>A member has a wrong type or is out of its bounds.</summary>
    public const string Value = "card/value";

    /// <summary>The licence isn't an SPDX expression.</summary>
    public const string Licence = "card/licence";

    /// <summary>A licence of one's own comes without its text, or the text has another digest than the card says.</summary>
    public const string LicenceText = "card/licence-text";
}
