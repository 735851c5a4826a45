using Assay.Files;
using Assay.Programs;
using Assay.Verification;

namespace Assay.Replayer;

/// <summary>How a peer runs.</summary>
public sealed record ReplayerOptions
{
    /// <summary>Its folder: key, refutations. Made if it isn't there.</summary>
    public required string Folder { get; init; }

    /// <summary>The key file's passphrase, which stays the caller's; null: the file is plain.</summary>
    public KeyPassphrase? Passphrase { get; init; }

    /// <summary>Whom it serves: the <c>node</c> lines, and what the <c>revoked</c> and <c>retired</c> lines say about them.</summary>
    public required TrustFile Trust { get; init; }

    /// <summary>The programs that it has, read from bytes of its own.</summary>
    public required IReadOnlyList<ExactModel> Models { get; init; }

    /// <summary>Address to bind, default <c>http://127.0.0.1:8070</c>; port 0 picks a free one.</summary>
    public string Url { get; init; } = "http://127.0.0.1:8070";

    /// <summary>Whether the scalar reference interpreter runs the programs, not the engine: slower, and the specification itself.</summary>
    public bool Reference { get; init; }

    /// <summary>Most programs that run at once, 1 to 256; default: one a core.</summary>
    public int Concurrency { get; init; } = Environment.ProcessorCount;

    /// <summary>Most requests that wait for their turn, 0 to 1024; the next one is told that the peer is busy.</summary>
    public int Queue { get; init; } = 16;

    /// <summary>Most bytes of bodies in memory at once; a bundle may have 64 MiB.</summary>
    public long BodyBudget { get; init; } = 256L << 20;

    /// <summary>
    /// Most multiply-adds for one receipt, all items of its batch together: a run can't be stopped. Null: 2*10^11 for the engine and
    /// 2*10^9 for the interpreter, which is seconds to a minute.
    /// </summary>
    public long? MaximumWork { get; init; }

    /// <summary>What is out of its bounds; empty if nothing is.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        Check(Concurrency is >= 1 and <= 256, $"concurrency {Concurrency} isn't 1 to 256");
        Check(Queue is >= 0 and <= 1024, $"queue {Queue} isn't 0 to 1,024");
        Check(BodyBudget >= Receipts.Bundle.MaxLength, "the body budget is less than one bundle's 64 MiB");
        Check(MaximumWork is null or > 0, "no work at all is allowed");
        return problems;

        void Check(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }
}
