namespace Assay.Chat;

/// <summary>Limits of a request's form (spec/chat.md); a node's own may be lower.</summary>
public static class ChatLimits
{
    /// <summary>Most bytes of a body.</summary>
    public const int BodyBytes = 16 * 1024 * 1024;

    /// <summary>Most levels of a body.</summary>
    public const int Depth = 64;

    /// <summary>Most functions.</summary>
    public const int Tools = 128;

    /// <summary>Most texts at which an answer ends.</summary>
    public const int Stops = 4;

    /// <summary>Most choices.</summary>
    public const int Choices = 128;

    /// <summary>Most bytes of an answer, and of a stream's transcript, that are read.</summary>
    public const int AnswerBytes = 64 * 1024 * 1024;

    /// <summary>Most bytes of one event of a stream.</summary>
    public const int EventBytes = 4 * 1024 * 1024;

    /// <summary>Most tool calls of a choice that are read.</summary>
    public const int Calls = 1024;
}
