namespace Assay.Chat;

/// <summary>Codes of <see cref="ChatFault"/> (docs/errors.md).</summary>
public static class ChatCodes
{
    /// <summary>The body is no strict JSON object, or too long or deep.</summary>
    public const string Unreadable = "chat/unreadable";

    /// <summary>A member that this version doesn't know.</summary>
    public const string UnknownMember = "chat/unknown-member";

    /// <summary>A member that is missing, or of another type or range than it may have.</summary>
    public const string BadMember = "chat/bad-member";

    /// <summary>A known member with an effect that the backend can't have.</summary>
    public const string Unsupported = "chat/unsupported-parameter";

    /// <summary>An image, audio or file that isn't in the request itself.</summary>
    public const string RemoteContent = "chat/remote-content";

    /// <summary>More messages, tools or characters than the model or this node takes.</summary>
    public const string TooLong = "chat/too-long";
}
