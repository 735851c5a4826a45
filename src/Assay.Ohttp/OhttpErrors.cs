namespace Assay.Ohttp;

/// <summary>Codes of confidential requests (docs/errors.md).</summary>
public static class OhttpErrors
{
    /// <summary>A key configuration that can't be read.</summary>
    public const string KeyConfig = "ohttp/key-config";

    /// <summary>Algorithms that aren't this version's.</summary>
    public const string Suite = "ohttp/suite";

    /// <summary>An encapsulated request that can't be one: too short, or with a point off the curve.</summary>
    public const string Request = "ohttp/request";

    /// <summary>For another key than the one in force.</summary>
    public const string KeyUnknown = "ohttp/key-unknown";

    /// <summary>Doesn't decrypt: changed on its way, or for another key of the same number.</summary>
    public const string Open = "ohttp/open";

    /// <summary>It was here already.</summary>
    public const string Replay = "ohttp/replay";

    /// <summary>The key has served as many requests as it may; the next one is coming.</summary>
    public const string Exhausted = "ohttp/exhausted";

    /// <summary>An encapsulated response that doesn't decrypt: changed on its way, or the answer to another request.</summary>
    public const string Response = "ohttp/response";

    /// <summary>What was inside isn't a message of the strict form.</summary>
    public const string Message = "ohttp/message";

    /// <summary>What was inside asks for something that isn't served this way.</summary>
    public const string Target = "ohttp/target";
}
