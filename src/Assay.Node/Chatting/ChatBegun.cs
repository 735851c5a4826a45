using Assay.Chat;
using Assay.Node.Keys;
using Assay.Node.Planning;

namespace Assay.Node.Chatting;

/// <summary>A chat that can be read, of a caller that may ask that model; what it will get isn't planned yet.</summary>
internal sealed record ChatBegun
{
    internal required ApiKey Caller { get; init; }

    internal required ChatModel Model { get; init; }

    /// <summary>As called, without level.</summary>
    internal required string Name { get; init; }

    /// <summary>What the body says.</summary>
    internal required ChatRequest Request { get; init; }

    /// <summary>What it says of its level, in body, header and name.</summary>
    internal required LevelRequest Wish { get; init; }

    internal required DateTimeOffset Received { get; init; }

    /// <summary>Timestamp of its arrival.</summary>
    internal required long Began { get; init; }

    /// <summary>Whether it names no level, in none of the places where it could.</summary>
    internal bool IsLevelOpen => Wish is { Body: null, Header: null, Suffix: null, Policy: null };
}
