using Assay.Receipts;

namespace Assay.Node.Serving;

/// <summary>What a model can be asked for: its name, use, minimum level, and which levels this node can meet for it.</summary>
/// <param name="Name">The name that was called.</param>
/// <param name="DeclaredUse">What the publisher declared: <c>decision</c>, <c>entertainment</c> or empty.</param>
/// <param name="MinimumLevel">Requests may only raise it; null: none.</param>
/// <param name="WeightsPublic">Whether callers may fetch program and weights, without which they can't replay.</param>
public sealed record ModelTerms(string Name, string DeclaredUse, VerificationLevel? MinimumLevel, bool WeightsPublic)
{
    /// <summary>Whether it is an exact program. A float model can't be run again with the same result, by anyone.</summary>
    public bool IsExact { get; init; } = true;

    /// <summary>Whether it answers chats: text, by a sampler whose numbers other machines may not get.</summary>
    public bool IsChat { get; init; }

    /// <summary>Whether callers can run it again and compare.</summary>
    public bool CanReplay => IsExact && WeightsPublic;

    /// <summary>Bits of the proofs that this node makes of its answers; 0: it makes none.</summary>
    public int ProofBits { get; init; }

    /// <summary>Why it makes none, where that is more than that nobody has set it up: looked for when somebody asks.</summary>
    internal Lazy<string?>? Unprovable { get; init; }

    /// <summary>Why it makes none, with a stable code (<c>zk/…</c>).</summary>
    internal string NoProof => Unprovable?.Value ?? "no proof key is registered for it (zk/not-registered; the operator runs 'assay prove setup')";

    /// <summary>Why no attested hardware vouches for runs of it, in words; null: it does.</summary>
    public string? NoTee { get; init; } = "this node has no attested hardware";

    /// <summary>Levels that can be met: those that ask for less first.</summary>
    public IReadOnlyList<string> Available => [.. VerificationLevel.All.Where(CanMeet).OrderBy(static level => level.Evidence.Count).Select(static level => level.ToString())];

    /// <summary>Whether every part of the level can be met.</summary>
    public bool CanMeet(VerificationLevel level) => WhyNot(level).Count == 0;

    /// <summary>Why not, a clause for each part that can't be met.</summary>
    public IReadOnlyList<string> WhyNot(VerificationLevel level)
    {
        List<string> reasons = [];
        if (level.AtLeast(VerificationLevel.Replay) && !CanReplay)
        {
            reasons.Add($"replay needs {Needed}");
        }

        if (level.AtLeast(VerificationLevel.Tee) && NoTee is not null)
        {
            reasons.Add($"{NoTee} (tee)");
        }

        if (level.AtLeast(VerificationLevel.Zk) && ProofBits == 0)
        {
            reasons.Add(IsExact ? $"zk: {NoProof}" : $"zk needs an exact program, and this is a {(IsChat ? "chat" : "float")} model");
        }

        return reasons;
    }

    /// <summary>What a replay of this model lacks, in words.</summary>
    internal string Needed => IsChat
        ? "an exact program, and this is a chat model: another machine may get other last digits, and then other words"
        : IsExact
        ? "the model's weights, which its publisher keeps private"
        : "an exact program, and this is a float model: another machine may get other last digits ('assay model add' without --float makes an exact program where it can)";
}
