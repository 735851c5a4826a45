using Assay.Chat;
using Assay.Node.Serving;
using Assay.Receipts;

namespace Assay.Node.Chatting;

/// <summary>One model of a chat file: a GGUF file, or somebody else's servers.</summary>
public sealed record ChatFileModel
{
    /// <summary>By which callers name it: 1 to 64 of <c>A-Z a-z 0-9 . _ : -</c>, not 64 hex digits.</summary>
    public required string Name { get; init; }

    /// <summary>One line about it; empty: none.</summary>
    public string Description { get; init; } = "";

    /// <summary><c>decision</c>, <c>entertainment</c> or empty.</summary>
    public string DeclaredUse { get; init; } = "";

    /// <summary>Requests may only raise it; null: none.</summary>
    public VerificationLevel? MinimumLevel { get; init; }

    /// <summary>What it can be asked for, as far as the file says.</summary>
    internal ModelTerms Terms => new(Name, DeclaredUse, MinimumLevel, WeightsPublic: false) { IsExact = false, IsChat = true };

    /// <summary>How much it may be asked for.</summary>
    public ChatModelLimits Limits { get; init; } = new();

    /// <summary>How it runs in this process; null: it doesn't.</summary>
    public ChatFileLocal? Local { get; init; }

    /// <summary>Who answers instead, in the order in which they are asked; empty: nobody.</summary>
    public IReadOnlyList<ChatFileUpstream> Upstreams { get; init; } = [];

    /// <summary>Of upstreams: which dialects they speak.</summary>
    public IReadOnlySet<ChatKind> Kinds { get; init; } = new HashSet<ChatKind> { ChatKind.Chat };

    /// <summary>Of upstreams: parameters that they don't take.</summary>
    public IReadOnlySet<string> Unsupported { get; init; } = new HashSet<string>();

    /// <summary>Of upstreams: most tokens of a request and its answer, for listings; null: not known.</summary>
    public int? ContextTokens { get; init; }
}
