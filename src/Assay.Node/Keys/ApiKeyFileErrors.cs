namespace Assay.Node.Keys;

/// <summary>Why a key file is refused (docs/errors.md).</summary>
public static class ApiKeyFileErrors
{
    /// <summary>It isn't strict JSON with an object at the top: malformed, a repeated member, too deep.</summary>
    public const string Json = "apikeys/json";

    /// <summary>It has no <c>profile</c>, or one of another version.</summary>
    public const string Profile = "apikeys/profile";

    /// <summary>A member that this version doesn't know: a restriction that isn't understood must not be ignored.</summary>
    public const string Member = "apikeys/member";

    /// <summary>A member with a value of the wrong type or out of bounds.</summary>
    public const string Value = "apikeys/value";

    /// <summary>A key without name or secret's digest.</summary>
    public const string Missing = "apikeys/missing";

    /// <summary>Two keys have one name or one secret.</summary>
    public const string Repeated = "apikeys/repeated";

    /// <summary>More keys or bytes than a node reads.</summary>
    public const string TooLarge = "apikeys/too-large";

    /// <summary>Others than its owner can read or write it.</summary>
    public const string Mode = "apikeys/mode";

    /// <summary>It isn't there, or can't be read.</summary>
    public const string Unreadable = "apikeys/unreadable";
}
