using Assay.Primitives;
using Assay.Receipts;

namespace Assay.Verification;

/// <summary>One thing that is known about a question: the evaluator's input. What stays null is not known, and meets nothing.</summary>
/// <param name="Question">The question.</param>
/// <param name="Status">What is known.</param>
/// <param name="By">On what it rests; null where nothing has been found.</param>
public sealed record EvidenceFact(Question Question, QuestionStatus Status, Basis? By)
{
    /// <summary>How sound a proof is, in bits; for <see cref="Basis.Zk"/>.</summary>
    public int? SoundnessBits { get; init; }

    /// <summary>Peers whose replay gave the same answer, by their keys' thumbprints; for <see cref="Basis.Replay"/>.</summary>
    public IReadOnlyCollection<Digest32> Peers { get; init; } = [];

    /// <summary>How many witnesses signed the checkpoint; for <see cref="Basis.Log"/>.</summary>
    public int? Witnesses { get; init; }

    /// <summary>Longest time that can have passed from issue to the log, by somebody other than the node; for <see cref="Basis.Log"/>.</summary>
    public TimeSpan? LoggedWithin { get; init; }
}
